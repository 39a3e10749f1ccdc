"""Sampling stored values: a few of each column to describe it, and all of the columns that hold few."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from typing import Any, NamedTuple

from agent.records import Catalog, Column, ColumnKind, Table
from agent.schema_index.progress import Progress
from agent.schema_index.words import name_words, singular, word_list

SAMPLES = 5
SAMPLED_ROWS = 1_000
MAX_CHARACTERS = 80
MAX_DISTINCT = {"low-cardinality": 1_000, "all": 100_000}
# A table so long that its distinct values cannot be counted in this time is not low in cardinality either.
STATEMENT_SECONDS, TOTAL_SECONDS = 2.0, 60.0

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_OPAQUE: dict[type, ColumnKind] = {int: "integer", float: "number", str: "text", bytes: "blob"}


class StoredValue(NamedTuple):
    """A value as stored, and where."""

    table: str
    column: str
    value: str


def sample_values(
    catalog: Catalog, connection: sqlite3.Connection, policy: str, progress: Progress
) -> tuple[Catalog, list[StoredValue]]:
    """The catalog with samples and refined kinds, and the values to be found again in a question.

    `policy` is `none` (nothing is read), `low-cardinality` (columns of text with at most 1,000 different
    values of at most 80 characters, unless they look personal) or `all` (personal ones too, up to 100,000).
    All reading is bounded in rows and time; a column that cannot be read in time has no values.
    """
    if policy == "none":
        return catalog, []
    end = monotonic() + TOTAL_SECONDS
    tables: list[Table] = []
    values: list[StoredValue] = []
    for done, table in enumerate(catalog.tables):
        progress("reading values", done, len(catalog.tables))
        private = set() if policy == "all" else {c.name for c in table.columns if is_personal(table, c)}
        known = table
        with _deadline(connection, end):
            known = _with_samples(table, _first_rows(connection, table), private)
        tables.append(known)
        wanted = [column for column in known.columns if column.kind == "text" and column.name not in private]
        for column in wanted if table.kind == "table" else ():
            with _deadline(connection, end):
                found = _distinct(connection, table, column, MAX_DISTINCT[policy])
                values += (StoredValue(table.id, column.name, value) for value in found)
    return replace(catalog, tables=tuple(tables)), values


def is_personal(table: Table, column: Column) -> bool:
    """Whether a column's name says that its values belong to persons."""
    words = [singular(word) for word in name_words(column.name)]
    phrases = {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    if phrases & word_list("personal.txt"):
        return True
    owner = words[-2:-1] if len(words) > 1 else [singular(word) for word in name_words(table.name)][-1:]
    return words[-1:] == ["name"] and not word_list("persons.txt").isdisjoint(owner)


@contextmanager
def _deadline(connection: sqlite3.Connection, end: float) -> Iterator[None]:
    """Stop what runs inside at its time; what SQLite cannot read, or not in time, is left out."""
    stop = min(end, monotonic() + STATEMENT_SECONDS)
    connection.set_progress_handler(lambda: monotonic() > stop, 10_000)
    try:
        yield
    except sqlite3.Error:
        pass
    finally:
        connection.set_progress_handler(None, 0)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first_rows(connection: sqlite3.Connection, table: Table) -> list[tuple[Any, ...]]:
    # Long texts and blobs are cut by the engine, so that a sample never loads a stored file.
    columns = ", ".join(
        f"CASE WHEN typeof({name}) IN ('text', 'blob') THEN substr({name}, 1, {MAX_CHARACTERS + 1}) ELSE {name} END"
        for name in (_quoted(column.name) for column in table.columns)
    )
    return connection.execute(f"SELECT {columns} FROM {_quoted(table.name)} LIMIT {SAMPLED_ROWS}").fetchall()  # noqa: S608


def _with_samples(table: Table, rows: list[tuple[Any, ...]], private: set[str]) -> Table:
    columns = []
    for column, cells in zip(table.columns, zip(*rows, strict=True), strict=False):
        known = [cell for cell in cells if cell is not None]
        kind = _refined(column, known)
        samples = _samples(known) if kind in {"text", "date", "datetime"} and column.name not in private else ()
        columns.append(replace(column, kind=kind, samples=samples))
    return replace(table, columns=tuple(columns)) if columns else table


def _refined(column: Column, cells: list[Any]) -> ColumnKind:
    """The kind that the stored values show, where the declared type is text or says nothing."""
    if column.kind not in {"text", "other"} or not cells:
        return column.kind
    types = {type(cell) for cell in cells}
    if types == {str}:
        if all(_DATE.fullmatch(cell) for cell in cells):
            return "date"
        if all(_DATETIME.fullmatch(cell) or _DATE.fullmatch(cell) for cell in cells):
            return "datetime"
    if column.kind == "other" and not column.type:
        return "number" if types == {int, float} else _OPAQUE[types.pop()] if len(types) == 1 else "other"
    return column.kind


def _samples(cells: list[Any]) -> tuple[str, ...]:
    """The most frequent values, the first stored first among equals."""
    texts = Counter(cell for cell in cells if isinstance(cell, str) and 0 < len(cell) <= MAX_CHARACTERS)
    return tuple(value for value, _ in texts.most_common(SAMPLES))


def _distinct(connection: sqlite3.Connection, table: Table, column: Column, limit: int) -> list[str]:
    """Every different value of a column, or none when there are more than `limit` or one is too long."""
    name = _quoted(column.name)
    rows = connection.execute(
        f"SELECT DISTINCT substr({name}, 1, {MAX_CHARACTERS + 1}) FROM {_quoted(table.name)} "  # noqa: S608
        f"WHERE typeof({name}) = 'text' LIMIT {limit + 1}"
    ).fetchall()
    values = [value for (value,) in rows if value.strip()]
    if len(rows) > limit or any(len(value) > MAX_CHARACTERS for value in values):
        return []
    return values

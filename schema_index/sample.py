"""Sampling stored values: a few of each column to describe it, and all of the columns that hold few."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from time import monotonic
from typing import Any, NamedTuple

from agent.dialects import Reader
from agent.dialects.failures import FailureError
from agent.errors import DatabaseError, LimitError, UnsafeError
from agent.records import Catalog, Column, ColumnKind, Row, Table
from agent.schema_index.progress import Progress
from agent.schema_index.quoting import quoted_name, quoted_table
from agent.schema_index.words import name_words, singular, word_list

SAMPLES = 5
SAMPLED_ROWS = 1_000
MAX_CHARACTERS = 80
MAX_DISTINCT = {"low-cardinality": 1_000, "all": 100_000}
# A table so long that its distinct values cannot be counted in this time is not low in cardinality either.
STATEMENT_SECONDS, TOTAL_SECONDS = 2.0, 60.0

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_SAMPLED: tuple[ColumnKind, ...] = ("text", "date", "datetime")
_OPAQUE: dict[type, ColumnKind] = {int: "integer", float: "number", str: "text", bytes: "blob"}


class StoredValue(NamedTuple):
    """A value as stored, and where."""

    table: str
    column: str
    value: str


class _Wording(NamedTuple):
    """How an engine is asked for a cell of any kind, for one as text, and whether it is text.

    Long texts and blobs are cut by the engine, so that a sample never loads a stored file.
    """

    cell: str
    text: str
    is_text: str


def _cast(type_name: str) -> _Wording:
    text = f"left(CAST({{0}} AS {type_name}), {MAX_CHARACTERS + 1})"
    return _Wording(text, text, "{0} IS NOT NULL")


_WORDINGS = {
    "sqlite": _Wording(
        f"CASE WHEN typeof({{0}}) IN ('text', 'blob') THEN substr({{0}}, 1, {MAX_CHARACTERS + 1}) ELSE {{0}} END",
        f"substr({{0}}, 1, {MAX_CHARACTERS + 1})",
        "typeof({0}) = 'text'",
    ),
    "duckdb": _cast("VARCHAR"),
    "postgres": _cast("TEXT"),
    "mysql": _cast("CHAR"),
}


def sample_values(
    catalog: Catalog, reader: Reader, policy: str, progress: Progress
) -> tuple[Catalog, list[StoredValue]]:
    """The catalog with samples and refined kinds, and the values to be found again in a question.

    `policy` is `none` (nothing is read), `low-cardinality` (columns of text with at most 1,000 different
    values of at most 80 characters, unless they look personal) or `all` (personal ones too, up to 100,000).
    All reading is bounded in rows and time; a column that cannot be read in time has no values, which is reported.
    The first rows of every table come before all that takes longer. Of copies by date only the newest is read.
    Raises DatabaseError when the database does not answer any more.
    """
    if policy == "none":
        return catalog, []
    source = _Source(reader, catalog.dialect)
    tables: list[Table] = []
    values: list[StoredValue] = []
    long: list[tuple[Table, Column]] = []
    for done, table in enumerate(catalog.tables):
        progress("reading values", done, len(catalog.tables))
        if table.shard_of:
            tables.append(table)
            continue
        private = set() if policy == "all" else {c.name for c in table.columns if is_personal(table, c)}
        # SQLite keeps any value in any column: there, only the values tell what kind they are.
        is_typed = catalog.dialect != "sqlite"
        read = [c for c in table.columns if not is_typed or (c.kind in _SAMPLED and c.name not in private)]
        rows = source.first_rows(table, read)
        known = table if is_typed else _refined(table, rows or [])
        known = _with_samples(known, read, rows or [], private)
        tables.append(known)
        held = [c for c in known.columns if table.kind == "table" and c.kind == "text" and c.name not in private]
        if rows is not None and len(rows) < SAMPLED_ROWS:
            values += _whole(table, held, read, rows)
        else:
            long += ((table, column) for column in held)
    for done, (table, column) in enumerate(long):
        progress("reading values of long tables", done, len(long))
        texts = source.texts(table, column, MAX_DISTINCT[policy] + 1)
        values += _kept(table, column, texts, MAX_DISTINCT[policy])
    if source.is_over:
        progress(f"some tables have no values, since reading them takes more than {TOTAL_SECONDS:.0f} s", 0, 1)
    return replace(catalog, tables=tuple(tables)), values


def is_personal(table: Table, column: Column) -> bool:
    """Whether a column's name says that its values belong to persons."""
    words = [singular(word) for word in name_words(column.name)]
    phrases = {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    if not phrases.isdisjoint(_personal_phrases()):
        return True
    persons = word_list("persons.txt")
    # An undeclared type may turn out to be text.
    if len(words) == 1 and words[0] in persons:
        return column.kind in {"text", "other"}
    owner = [singular(word) for word in name_words(table.name)][-1:]
    return words == ["name"] and not persons.isdisjoint(owner)


@cache
def _personal_phrases() -> frozenset[str]:
    """Phrases without their blanks, since names are written together as often as not."""
    of_persons = (f"{person}name" for person in word_list("persons.txt"))
    return frozenset(chain((phrase.replace(" ", "") for phrase in word_list("personal.txt")), of_persons))


class _Source:
    """Reads values of one table after the other, until its time is over."""

    def __init__(self, reader: Reader, dialect: str) -> None:
        self._reader = reader
        self._dialect = dialect
        self._wording = _WORDINGS[dialect]
        self._end = monotonic() + TOTAL_SECONDS
        self.is_over = False

    def first_rows(self, table: Table, columns: Sequence[Column]) -> list[Row] | None:
        """The first rows of some columns; None when they cannot be read, or not in time."""
        if not columns:
            return None
        cells = ", ".join(self._wording.cell.format(self._name(column)) for column in columns)
        return self._rows(f"SELECT {cells} FROM {quoted_table(self._dialect, table)} LIMIT {SAMPLED_ROWS}")  # noqa: S608

    def texts(self, table: Table, column: Column, most: int) -> list[str]:
        """Every different text of a column, or the first `most`; none when they cannot be read in time."""
        text, is_text = (part.format(self._name(column)) for part in (self._wording.text, self._wording.is_text))
        source = quoted_table(self._dialect, table)
        rows = self._rows(f"SELECT DISTINCT {text} FROM {source} WHERE {is_text} LIMIT {most}")  # noqa: S608
        return [value for (value,) in rows or ()]

    def _name(self, column: Column) -> str:
        return quoted_name(self._dialect, column.name)

    def _rows(self, sql: str) -> list[Row] | None:
        seconds = min(STATEMENT_SECONDS, self._end - monotonic())
        if seconds <= 0:
            self.is_over = True
            return None
        try:
            return self._reader.rows(sql, seconds)
        except LimitError:
            return None
        except (DatabaseError, UnsafeError) as error:
            cause = error.__cause__
            # The reader would open another session, though somebody may have ended this one on purpose.
            if isinstance(cause, FailureError) and cause.kind == "lost":
                raise
            # Did it refuse this statement, or does it answer no more?
            self._reader.rows("SELECT 1", STATEMENT_SECONDS)
            return None


def _refined(table: Table, rows: list[Row]) -> Table:
    """The table with the kinds that its rows show; each row has all columns."""
    cells = [[row[n] for row in rows if row[n] is not None] for n in range(len(table.columns))]
    columns = (replace(column, kind=_shown_kind(column, cells[n])) for n, column in enumerate(table.columns))
    return replace(table, columns=tuple(columns))


def _shown_kind(column: Column, cells: list[Any]) -> ColumnKind:
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


def _with_samples(table: Table, read: Sequence[Column], rows: list[Row], private: set[str]) -> Table:
    place = {column.name: n for n, column in enumerate(read)}
    columns = []
    for column in table.columns:
        is_wanted = column.kind in _SAMPLED and column.name not in private
        cells = [row[place[column.name]] for row in rows] if is_wanted else []
        columns.append(replace(column, samples=_samples(cells)))
    return replace(table, columns=tuple(columns))


def _samples(cells: list[Any]) -> tuple[str, ...]:
    """The most frequent values, the first stored first among equals."""
    texts = Counter(cell for cell in cells if isinstance(cell, str) and 0 < len(cell) <= MAX_CHARACTERS)
    return tuple(value for value, _ in texts.most_common(SAMPLES))


def _whole(table: Table, columns: Sequence[Column], read: Sequence[Column], rows: list[Row]) -> Iterator[StoredValue]:
    """Every different text of a table all of whose rows were read."""
    place = {column.name: n for n, column in enumerate(read)}
    for column in columns:
        cells = (row[place[column.name]] for row in rows)
        yield from _kept(table, column, list(dict.fromkeys(cell for cell in cells if isinstance(cell, str))))


def _kept(table: Table, column: Column, texts: list[str], most: int = SAMPLED_ROWS) -> Iterator[StoredValue]:
    """The values of a column, or none when there are more than `most` or one is too long."""
    if len(texts) <= most and all(len(text) <= MAX_CHARACTERS for text in texts):
        yield from (StoredValue(table.id, column.name, text) for text in texts if text.strip())

"""The tables and questions of a retrieval set, as a catalog in which each database is a schema."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from agent.errors import UsageError
from agent.jsonl import list_of, read_jsonl, text_of
from agent.records import Catalog, Column, ForeignKey, Table
from agent.schema_index.keys import infer_foreign_keys
from agent.schema_index.reflect import kind_of
from agent.schema_index.sample import SAMPLES, StoredValue

TABLES, QUESTIONS = "tables.jsonl", "questions.jsonl"


@dataclass(frozen=True, slots=True)
class PoolQuestion:
    """A question, the database it is about, and the ids of the tables that its answer reads."""

    id: str
    db: str
    text: str
    gold: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """All tables of a set, the values known of them, and its questions.

    `key` tells one pool of tables from another; `faults` says in words which lines were left out.
    """

    catalog: Catalog
    values: tuple[StoredValue, ...]
    questions: tuple[PoolQuestion, ...]
    key: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of tables.jsonl."""

    id: str
    table: Table
    keys: tuple[dict[str, Any], ...]
    values: tuple[StoredValue, ...]


def read_pool(folder: Path) -> Pool:
    """The pool in a folder with tables.jsonl and questions.jsonl.

    Foreign keys that the file does not declare are inferred within each database, as for any database. Raises
    UsageError when a file cannot be read, or a table is malformed or there twice; malformed questions are left out.
    """
    entries, faults = read_jsonl(folder / TABLES, _entry)
    if faults:
        raise UsageError(faults[0], "every table must be readable, else the pool is another one")
    ids = {entry.id: entry.table.id for entry in entries}
    if len({name.lower() for name in ids.values()}) < len(entries):
        raise UsageError(
            f"{folder / TABLES}: a table is there twice", "give every table an id, db and table of its own"
        )
    questions, left_out = read_jsonl(folder / QUESTIONS, lambda record: _question(record, ids))
    return Pool(
        catalog=_catalog(entries, ids),
        values=tuple(value for entry in entries for value in entry.values),
        questions=tuple(questions),
        key=hashlib.sha256((folder / TABLES).read_bytes()).hexdigest(),
        faults=tuple(left_out),
    )


def _entry(record: dict[str, Any]) -> _Entry:
    table, facts = text_of(record, "table"), list_of(record, "columns")
    if not facts or not all(isinstance(fact, dict) for fact in facts):
        raise ValueError("columns is not a list of objects")
    names = [text_of(fact, "name") for fact in facts]
    rows = [row if isinstance(row, dict) else _named(row, names) for row in list_of(record, "rows")]
    columns = tuple(_column(fact, rows) for fact in facts)
    if len({name.lower() for name in names}) < len(names):
        raise ValueError("a column is there twice")
    made = Table(
        table, columns, text_of(record, "db"), comment=_comment(record), primary_key=_names(record, "primary_key")
    )
    samples = {(fact["name"], text): None for fact in facts for text in _samples(fact, rows)}
    values = tuple(StoredValue(made.id, column, text) for column, text in samples)
    keys = list_of(record, "foreign_keys")
    if not all(isinstance(key, dict) for key in keys):
        raise ValueError("foreign_keys is not a list of objects")
    return _Entry(text_of(record, "id"), made, tuple(keys), values)


def _column(fact: dict[str, Any], rows: list[dict[str, Any]]) -> Column:
    declared = str(fact.get("type") or "")
    samples = tuple(_samples(fact, rows))[:SAMPLES]
    return Column(text_of(fact, "name"), declared, kind_of(declared), comment=_comment(fact), samples=samples)


def _samples(fact: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, None]:
    values = [*list_of(fact, "samples"), *(row.get(fact["name"]) for row in rows)]
    return {value: None for value in values if isinstance(value, str) and value}


def _named(row: Any, names: list[str]) -> dict[str, Any]:
    if not isinstance(row, list) or len(row) != len(names):
        raise ValueError("a row is not a list with a value for each column")
    return dict(zip(names, row, strict=True))


def _comment(record: dict[str, Any]) -> str:
    return str(record.get("comment") or record.get("description") or "")


def _names(record: dict[str, Any], key: str) -> tuple[str, ...]:
    value = record.get(key)
    return (value,) if isinstance(value, str) else tuple(map(str, list_of(record, key)))


def _catalog(entries: list[_Entry], ids: dict[str, str]) -> Catalog:
    tables = [replace(entry.table, foreign_keys=tuple(_foreign_keys(entry, ids))) for entry in entries]
    parts = groupby(sorted(tables, key=lambda table: table.schema), key=lambda table: table.schema)
    # Each database by itself: in one catalog a key could point into another database.
    inferred = [infer_foreign_keys(Catalog("sqlite", tuple(part))) for _, part in parts]
    return Catalog("sqlite", tuple(table for catalog in inferred for table in catalog.tables))


def _foreign_keys(entry: _Entry, ids: dict[str, str]) -> Iterator[ForeignKey]:
    known = {name.lower() for name in ids.values()}
    for key in entry.keys:
        target = str(key.get("table", ""))
        target = ids.get(target, f"{entry.table.schema}.{target}")
        columns, to = _names(key, "columns"), _names(key, "target_columns")
        if target.lower() not in known or not columns or len(columns) != len(to):
            raise UsageError(
                f"table {entry.id}: a foreign key is incomplete, or points to no table of the file",
                "write columns, table (an id) and target_columns",
            )
        yield ForeignKey(columns, target, to)


def _question(record: dict[str, Any], ids: dict[str, str]) -> PoolQuestion:
    gold = [str(name) for name in list_of(record, "gold_tables")]
    missing = [name for name in gold if name not in ids]
    if missing or not gold:
        raise ValueError(f"{TABLES} has no table {missing[0]}" if missing else "gold_tables names no table")
    # Each table once, since recall is a share of them.
    tables = tuple(dict.fromkeys(ids[name] for name in gold))
    return PoolQuestion(text_of(record, "id"), text_of(record, "db"), text_of(record, "question"), tables)

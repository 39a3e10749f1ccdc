"""The tables of a catalog as rows of the index, so that those that did not change stay as they are."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from agent.records import Catalog, Table
from agent.schema_index.catalog_json import dump_catalog, dump_table, load_catalog, load_table
from agent.schema_index.sample import StoredValue

TABLES = (
    "CREATE TABLE entry (table_id TEXT PRIMARY KEY, position INTEGER NOT NULL, declared TEXT NOT NULL,"
    " facts TEXT NOT NULL, held TEXT NOT NULL)",
)


class Row(NamedTuple):
    """What the index holds of one table.

    `declared` is a hash of what the database says of it, `facts` the table with all that is known of it in JSON, and
    `held` a hash of its stored values, empty where there are none.
    """

    position: int
    declared: str
    facts: str
    held: str

    @property
    def content(self) -> tuple[str, str]:
        """All that is written of the table: a change of it is a change of the index."""
        return self.facts, self.held

    @property
    def table(self) -> Table:
        """The table with all that is known of it."""
        return load_table(self.facts)


Rows = dict[str, Row]
"""Rows by table id, in the order of the catalog."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The ids of the tables that are new, that changed and that are gone."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        """All of them."""
        return frozenset((*self.new, *self.changed, *self.dropped))


def declared_hash(table: Table) -> str:
    """A hash of a table as the database declares it, before its values are read."""
    return _hash(dump_table(table))


def make_rows(declared: Mapping[str, str], catalog: Catalog, held: Mapping[str, str]) -> Rows:
    """The rows of a catalog, with the hashes that each table has."""
    return {
        table.id: Row(n, declared[table.id], dump_table(table), held.get(table.id, ""))
        for n, table in enumerate(catalog.tables)
    }


def held_hashes(values: Iterable[StoredValue]) -> dict[str, str]:
    """A hash of the stored values of each table that has some; their order does not matter."""
    held: dict[str, list[tuple[str, str]]] = {}
    for table, column, value in values:
        held.setdefault(table, []).append((column, value))
    return {table: _hash(json.dumps(sorted(pairs))) for table, pairs in held.items()}


def compare(before: Mapping[str, object], now: Mapping[str, object]) -> Changes:
    """The tables that are new, changed and gone from one state to another; the mappings are by table id."""
    return Changes(
        tuple(table_id for table_id in now if table_id not in before),
        tuple(table_id for table_id in now if table_id in before and now[table_id] != before[table_id]),
        tuple(table_id for table_id in before if table_id not in now),
    )


def read_rows(db: sqlite3.Connection) -> Rows:
    """Every row by table id, in the order of the catalog."""
    found = db.execute("SELECT table_id, position, declared, facts, held FROM entry ORDER BY position")
    return {table_id: Row(*row) for table_id, *row in found}


def write_rows(db: sqlite3.Connection, before: Rows | None, now: Rows) -> None:
    """Bring the rows from one state to the other; None stands for one of which nothing may stay."""
    if before is None:
        db.execute("DELETE FROM entry")
        before = {}
    db.executemany("DELETE FROM entry WHERE table_id = ?", ((table_id,) for table_id in before if table_id not in now))
    db.executemany(
        "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?)",
        ((table_id, *row) for table_id, row in now.items() if before.get(table_id) != row),
    )


def head_of(catalog: Catalog) -> str:
    """What a catalog says beside its tables, in JSON."""
    return dump_catalog(replace(catalog, tables=()))


def read_catalog(db: sqlite3.Connection, head: str) -> Catalog:
    """The catalog of a head and the rows; ValueError for what is none."""
    facts = db.execute("SELECT facts FROM entry ORDER BY position")
    return replace(load_catalog(head), tables=tuple(load_table(text) for (text,) in facts))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]

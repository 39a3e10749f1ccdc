"""The statements of tests/fixtures/safety, with their verdicts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agent.records import Catalog, Column, Table

SAFETY = Path(__file__).parents[1] / "fixtures" / "safety"
DIALECTS = ("sqlite", "duckdb", "postgres", "mysql")


@dataclass(frozen=True)
class Corpus:
    """The statements of a dialect, the catalog they are checked against and the script that makes its database.

    `attacks` would change, leak or exhaust something, `faults` are refused though harmless; each says which rule finds
    it and what a part of the message is. `honest` are queries that must pass.
    """

    catalog: Catalog
    script: str
    attacks: tuple[dict[str, str], ...]
    faults: tuple[dict[str, str], ...]
    honest: tuple[str, ...]

    @property
    def refused(self) -> tuple[dict[str, str], ...]:
        """The attacks and the faults."""
        return self.attacks + self.faults

    @property
    def statements(self) -> tuple[str, ...]:
        """The texts of all."""
        return self.honest + tuple(case["sql"] for case in self.refused)


@cache
def corpus(dialect: str) -> Corpus:
    """The corpus of a dialect."""
    cases = _load(dialect)
    script = (SAFETY / f"{dialect}.sql").read_text("utf-8")
    tables = tuple(map(_table, cases["tables"])) if "tables" in cases else _tables_of(script)
    attacks, faults = (tuple(cases.get(group, ())) for group in ("attacks", "faults"))
    return Corpus(Catalog(dialect, tables), script, attacks, faults, tuple(cases["honest"]))


def pieces(dialect: str) -> dict[str, list[str]]:
    """The parts of an expression of a dialect, over the table orders."""
    return _load(f"{dialect}_pieces")


def mutations() -> dict[str, list[str]]:
    """What statements are mutated with: words, odd characters, and what is put around a part."""
    return _load("mutations")


def _load(name: str) -> dict[str, list[Any]]:
    loaded: dict[str, list[Any]] = yaml.load((SAFETY / f"{name}.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return loaded


def _table(entry: dict[str, Any]) -> Table:
    return Table(entry["name"], tuple(Column(name, "") for name in entry["columns"]), entry.get("schema", ""))


def _tables_of(script: str) -> tuple[Table, ...]:
    """The tables and views that a script makes in SQLite."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(script)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        columns = "SELECT name, type FROM pragma_table_info(?)"
        return tuple(
            Table(name, tuple(Column(*column) for column in connection.execute(columns, [name]))) for (name,) in names
        )

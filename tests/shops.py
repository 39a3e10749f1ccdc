"""The demo shop on every engine: the same rows, with the keys and the types of dates, booleans and decimals of each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agent.demo.schema import INDEXES, TABLES
from agent.dialects.address import Address, read_address
from tests.services import mariadb_database, postgres_database

ENGINES = ("duckdb", "postgres", "mysql")


@contextmanager
def shop_on(engine: str, shop: Path) -> Iterator[Address]:
    """A copy of the shop in the SQLite file `shop`, on an engine; it is dropped at the end.

    The test is skipped where the engine's server does not answer.
    """
    if engine == "duckdb":
        with TemporaryDirectory() as folder:
            yield read_address(f"duckdb:///{_write_duckdb(Path(folder), _script(engine, shop))}")
        return
    database = {"postgres": postgres_database, "mysql": mariadb_database}[engine]
    with database(_script(engine, shop)) as url:
        yield read_address(url)


def _write_duckdb(folder: Path, script: str) -> Path:
    import duckdb

    with duckdb.connect(folder / "shop.duckdb") as connection:
        connection.execute(script)
    return folder / "shop.duckdb"


def _script(engine: str, shop: Path) -> str:
    with closing(sqlite3.connect(shop)) as source:
        names = [name for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join([_declared(engine), *(_inserted(source, name) for name in names), INDEXES])


def _declared(engine: str) -> str:
    if engine == "postgres":
        return TABLES.replace("DATETIME", "TIMESTAMP")
    # A key over TEXT needs a length.
    return TABLES.replace("TEXT", "VARCHAR(500)") if engine == "mysql" else TABLES


def _inserted(source: sqlite3.Connection, table: str) -> str:
    types = [row[2] for row in source.execute(f"PRAGMA table_info({table})")]
    rows = [f"({', '.join(map(_literal, row, types))})" for row in source.execute(f"SELECT * FROM {table}")]
    # In DuckDB a row may not refer to one of the same statement.
    apart = any(key[2] == table for key in source.execute(f"PRAGMA foreign_key_list({table})"))
    return "\n".join(f"INSERT INTO {table} VALUES {values};" for values in (rows if apart else [",\n".join(rows)]))


def _literal(value: Any, declared: str) -> str:
    if value is None:
        return "NULL"
    if declared == "BOOLEAN":
        return "TRUE" if value else "FALSE"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)

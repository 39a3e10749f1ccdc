"""Plain connections that may write, on which a statement does what it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import duckdb
import psycopg

from tests.safety.place import ANSWERED, Run
from tests.safety.servers import mariadb_script


@contextmanager
def on_sqlite(url: str) -> Iterator[Run]:
    """A connection to a file of SQLite."""
    with closing(sqlite3.connect(url.partition(":///")[2], isolation_level=None)) as connection:
        yield lambda sql: _done(connection.executescript(sql))


@contextmanager
def on_duckdb(url: str) -> Iterator[Run]:
    """A connection to a file of DuckDB, a new one for each statement so that all is written."""

    def run(sql: str) -> str:
        with closing(duckdb.connect(url.partition(":///")[2])) as connection:
            return _done(connection.execute(sql).fetchall())

    yield run


@contextmanager
def on_postgres(url: str) -> Iterator[Run]:
    """A session of an administrator, which stays."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield lambda sql: _done(connection.execute(sql.encode()))


@contextmanager
def on_mysql(url: str) -> Iterator[Run]:
    """A session of an administrator for each statement."""

    def run(sql: str) -> str:
        mariadb_script(url, sql)
        return ANSWERED

    yield run


def _done(_: object) -> str:
    return ANSWERED


WRITING = {"sqlite": on_sqlite, "duckdb": on_duckdb, "postgres": on_postgres, "mysql": on_mysql}

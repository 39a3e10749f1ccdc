"""Harmless attempts, which a read-only connection stops, and which leave nothing behind where it does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pymysql
import pytest

from agent.dialects import Heed, connect, heedless
from agent.dialects.address import read_address
from agent.dialects.prove import Attempt, prove
from agent.errors import DatabaseError
from agent.records import Limits, Result
from tests.safe_role import safe_role
from tests.services import (
    database_of,
    mariadb_admin,
    mariadb_admin_url,
    mariadb_database,
    postgres_admin_url,
    postgres_database,
)

ORDERS = 'CREATE TABLE "the ""orders""" ("the id" integer);'
ENGINES = ("sqlite", "duckdb", "postgres", "mysql")


@contextmanager
def database(engine: str, folder: Path, script: str = ORDERS) -> Iterator[str]:
    """The URL of a database for who may do most there."""
    file = f"{engine}:///{folder / engine}"
    if engine == "sqlite":
        with closing(sqlite3.connect(folder / engine)) as writer:
            writer.executescript(script)
        yield file
    elif engine == "duckdb":
        with closing(duckdb.connect(folder / engine)) as writer:
            writer.execute(script)
        yield file
    elif engine == "postgres":
        with postgres_database(script) as url:
            yield postgres_admin_url(database_of(url))
    else:
        with mariadb_database("SET sql_mode = 'ANSI_QUOTES';" + script) as url:
            yield mariadb_admin_url(database_of(url))


def attempts(url: str) -> list[Attempt]:
    with closing(connect(read_address(url))) as connection:
        return list(prove(connection, read_address(url)))


def through(attempts: list[Attempt]) -> list[str]:
    return [attempt.what for attempt in attempts if not attempt.stopped_by]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_role_that_may_only_read_is_stopped_everywhere(engine: str, tmp_path: Path) -> None:
    with database(engine, tmp_path) as url:
        if engine in ("postgres", "mysql"):
            with safe_role(url) as safe_url:
                found = attempts(safe_url)
        else:
            found = attempts(url)
    assert through(found) == []
    assert len(found) > 10
    assert all(attempt.said for attempt in found)


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        (
            "postgres",
            ["write a file of the server by a function", "read a file of the server", "read the passwords of roles"],
        ),
        ("mysql", ["write a file of the server", "read a file of the server", "read the passwords of users"]),
    ],
)
def test_a_superuser_is_stopped_only_by_the_connection(engine: str, expected: list[str], tmp_path: Path) -> None:
    with database(engine, tmp_path) as url:
        found = attempts(url)
    assert through(found) == expected
    assert {attempt.stopped_by for attempt in found} - {""} == {"the connection"}


@dataclass
class Writing:
    """A connection that may write, as none of sqlwright is."""

    dialect: str
    execute: Callable[[str], list[tuple[Any, ...]]]
    may: tuple[str, ...] = ()

    def run(self, sql: str, limits: Limits, heed: Heed = heedless) -> Result:
        try:
            return Result((), tuple(self.execute(sql)))
        except (sqlite3.Error, sqlite3.Warning, duckdb.Error, psycopg.Error, pymysql.Error) as error:
            raise DatabaseError(str(error)) from error

    def plan(self, sql: str, limits: Limits, heed: Heed = heedless) -> str:
        return "it plans nothing"

    def close(self) -> None:
        pass


@contextmanager
def writing(engine: str, url: str) -> Iterator[Writing]:
    file = url.partition(":///")[2]
    if engine == "sqlite":
        with closing(sqlite3.connect(file, isolation_level=None)) as lite:
            yield Writing(engine, lambda sql: lite.execute(sql).fetchall())
    elif engine == "duckdb":
        with closing(duckdb.connect(file)) as duck:
            yield Writing(engine, lambda sql: duck.execute(sql).fetchall())
    elif engine == "postgres":
        with psycopg.connect(url, autocommit=True) as session:

            def execute(sql: str) -> list[tuple[Any, ...]]:
                cursor = session.execute(sql.encode())
                return cursor.fetchall() if cursor.description else []

            yield Writing(engine, execute)
    else:
        with closing(mariadb_admin(database_of(url))) as maria, maria.cursor() as cursor:

            def ask(sql: str) -> list[tuple[Any, ...]]:
                cursor.execute(sql)
                rows = list(cursor.fetchall())
                while cursor.nextset():
                    pass
                return rows

            yield Writing(engine, ask)


TABLES = {
    "sqlite": "SELECT name FROM sqlite_schema UNION ALL SELECT name FROM sqlite_temp_schema",
    "duckdb": "SELECT table_name FROM duckdb_tables()",
    "postgres": "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname !~ '^(pg|sql)_'",
    "mysql": "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
}
# What a connection that may write is stopped from all the same, by the engine.
BY_THE_ENGINE = {
    "sqlite": ["delete rows in a second statement", "load an extension"],
    "duckdb": [],
    "postgres": ["delete rows by a function that runs text"],
    "mysql": [],
}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_not_stopped_is_told_and_leaves_nothing(engine: str, tmp_path: Path) -> None:
    with database(engine, tmp_path) as url:
        address = read_address(url)
        with writing(engine, url) as connection:
            found = list(prove(connection, address))
            stopped = [attempt.what for attempt in found if attempt.stopped_by]
            assert stopped == BY_THE_ENGINE[engine]
            assert connection.execute(TABLES[engine]) == [('the "orders"',)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_database_without_a_table_proves_nothing(engine: str, tmp_path: Path) -> None:
    with database(engine, tmp_path, "SELECT 1;") as url, pytest.raises(DatabaseError, match="no table"):
        attempts(url)

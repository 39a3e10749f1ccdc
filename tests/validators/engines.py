"""The engines that checked statements are tried on: each runs a statement, and says what one would touch."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import duckdb
import psycopg
import pymysql
from pymysql.constants import ER

from tests.services import mariadb_database, postgres_database
from tests.validators.corpus import corpus

# SQLite calls its operators functions, too.
_SQLITE_OPERATORS = ("like", "glob", "regexp", "match", "->", "->>")
# What MariaDB says of a table that does not exist, or that one may not read.
_NOT_THE_CATALOGS = (
    ER.NO_SUCH_TABLE,
    ER.TABLEACCESS_DENIED_ERROR,
    ER.DBACCESS_DENIED_ERROR,
    ER.COLUMNACCESS_DENIED_ERROR,
)

ERRORS = (sqlite3.Error, duckdb.Error, psycopg.Error, pymysql.Error)


class Engine(Protocol):
    """A database with the tables of the catalog, and some that the catalog does not have."""

    def run(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names and the rows that a statement gives."""
        ...

    def touched(self, sql: str) -> set[str]:
        """What the engine itself says that a statement reads, functions as `name()`, as far as it tells.

        Nothing where it cannot make sense of the statement.
        """
        ...


@contextmanager
def engine(dialect: str, script: str = "") -> Iterator[Engine]:
    """A fresh database of the dialect's engine, of the corpus or another script.

    The test is skipped where no server answers.
    """
    script = script or corpus(dialect).script
    if dialect == "sqlite":
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(script)
            yield SQLite(connection)
    elif dialect == "duckdb":
        # Several threads give rows that nobody ordered in another order each time.
        with closing(duckdb.connect(config={"threads": 1})) as connection:
            connection.execute(script)
            yield DuckDB(connection)
    elif dialect == "postgres":
        with postgres_database(script) as url, psycopg.connect(url, autocommit=True) as connection:
            yield Postgres(connection)
    else:
        with mariadb_database(script) as url:
            at = urlsplit(url)
            name, password = at.username or "", at.password or ""
            with closing(
                pymysql.connect(
                    host=at.hostname, port=at.port or 0, user=name, password=password, database=name, charset="utf8mb4"
                )
            ) as connection:
                yield MySQL(connection)


@dataclass(frozen=True)
class SQLite:
    """SQLite, whose authorizer is asked for every table and function of a statement."""

    connection: sqlite3.Connection

    def run(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor = self.connection.execute(sql)
        return [column[0] for column in cursor.description or ()], cursor.fetchall()

    def touched(self, sql: str) -> set[str]:
        modules = {name for (name,) in self.connection.execute("PRAGMA module_list")}
        names: set[str] = set()

        def authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
            # Of a relation that is not a table, and whose columns are not used, SQLite reports a column "".
            unused = second == "" and not str(first).startswith(("sqlite_", "pragma_"))
            if action == sqlite3.SQLITE_READ:
                names.update([] if unused else [f"{first}()" if first in modules else str(first)])
            elif action == sqlite3.SQLITE_FUNCTION:
                names.update([] if second in _SQLITE_OPERATORS else [f"{second}()"])
            elif action not in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
                names.add(f"action {action} on {first}")
            return sqlite3.SQLITE_OK

        self.connection.set_authorizer(authorize)
        try:
            self.connection.execute(f"EXPLAIN {sql}")
        except sqlite3.Error:
            return set()
        finally:
            self.connection.set_authorizer(None)
        return names


@dataclass(frozen=True)
class DuckDB:
    """DuckDB, whose own parser tells the tables and table functions of a statement."""

    connection: duckdb.DuckDBPyConnection

    def run(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor = self.connection.execute(sql)
        return [column[0] for column in cursor.description or ()], cursor.fetchall()

    def touched(self, sql: str) -> set[str]:
        (text,) = self.connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone() or ("{}",)
        tree = json.loads(text)
        names = set(_walk(tree))
        keys = (entry["key"] for entry in _find(tree, "key") if "value" in entry)
        return names - {key.lower() for key in keys if isinstance(key, str)}


@dataclass(frozen=True)
class Postgres:
    """PostgreSQL, whose plans tell the relations and functions that are scanned."""

    connection: psycopg.Connection[Any]

    def run(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor = self.connection.execute(sql.encode())
        return [column.name for column in cursor.description or ()], cursor.fetchall()

    def touched(self, sql: str) -> set[str]:
        try:
            plan = self.connection.execute(f"EXPLAIN (VERBOSE, FORMAT JSON) {sql}".encode()).fetchone()
        except psycopg.errors.InsufficientPrivilege as error:
            return {str(error)}
        except psycopg.Error:
            return set()
        scans = list(_find(plan, "Relation Name"))
        calls = {f"{node['Function Name']}()" for node in _find(plan, "Function Name")}
        return calls | {f"{scan['Schema']}.{scan['Relation Name']}".removeprefix("public.") for scan in scans}


@dataclass(frozen=True)
class MySQL:
    """MariaDB, asked as a user who may read nothing but the tables of the catalog."""

    connection: pymysql.Connection[Any]

    def run(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return [column[0] for column in cursor.description or ()], list(cursor.fetchall())

    def touched(self, sql: str) -> set[str]:
        with self.connection.cursor() as cursor:
            try:
                cursor.execute(f"EXPLAIN EXTENDED {sql}")
                cursor.execute("SHOW WARNINGS")
            except pymysql.Error as error:
                return {str(error)} if error.args[0] in _NOT_THE_CATALOGS else set()
            notes = re.sub(r"'(?:[^'\\]|''|\\.)*'", "''", "\n".join(str(note) for (_, _, note) in cursor.fetchall()))
        return set(re.findall(r"`(?:information_schema|performance_schema|mysql|sys)`\.`\w+`", notes))


def _find(tree: Any, key: str) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        if key in tree:
            yield tree
        for part in tree.values():
            yield from _find(part, key)
    elif isinstance(tree, list | tuple):
        for part in tree:
            yield from _find(part, key)


def _walk(tree: Any) -> Iterator[str]:
    for node in _find(tree, "type"):
        if node["type"] == "BASE_TABLE":
            yield ".".join(
                part for part in (node.get("schema_name"), node["table_name"]) if part and part != "main"
            ).lower()
        elif node["type"] == "TABLE_FUNCTION":
            yield f"{node['function']['function_name']}()"

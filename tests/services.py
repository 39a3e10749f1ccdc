"""Databases of the real servers for tests: each with a name of its own, seen as a role that may only read, and dropped.

`SQLWRIGHT_TEST_POSTGRES` and `SQLWRIGHT_TEST_MARIADB` are the URLs of an administrator, read when this module is
loaded. Where no server answers a test is skipped, and fails instead when REQUIRE_SERVICES=1.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pymysql
import pytest
from psycopg import sql
from pymysql.constants import CLIENT

POSTGRES = os.environ.get("SQLWRIGHT_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
MARIADB = os.environ.get("SQLWRIGHT_TEST_MARIADB", "mysql://root@127.0.0.1:3306/mysql")
PASSWORD = "only-reads-4711"

MakeDatabase = Callable[[str], str]
"""Fills a fresh database by a script of statements, and gives its URL for a role that may only read."""


def needs_postgres() -> None:
    """Skip the test, or fail it, where no PostgreSQL answers."""
    _need("PostgreSQL", _failure_of(_postgres_answers))


def needs_mariadb() -> None:
    """Skip the test, or fail it, where no MariaDB answers."""
    _need("MariaDB", _failure_of(_mariadb_answers))


@contextmanager
def postgres_database(script: str) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database for a role that may only read."""
    needs_postgres()
    name = f"sqlwright_{secrets.token_hex(6)}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), PASSWORD))
            with psycopg.connect(postgres_admin_url(name), autocommit=True) as owner:
                owner.execute(script.encode())
                _grant_reading(owner, name)
            yield _url("postgresql", POSTGRES, 5432, name)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


@contextmanager
def mariadb_database(script: str) -> Iterator[str]:
    """The URL of a fresh MariaDB database for a user who may only read."""
    needs_mariadb()
    name = f"sqlwright_{secrets.token_hex(6)}"
    with closing(mariadb_admin()) as admin, admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        try:
            with closing(mariadb_admin(name)) as owner, owner.cursor() as writer:
                writer.execute(script)
                while writer.nextset():
                    pass
                owner.commit()
            cursor.execute(f"CREATE USER {name} IDENTIFIED BY %s", (PASSWORD,))
            cursor.execute(f"GRANT SELECT, SHOW VIEW ON {name}.* TO {name}")
            yield _url("mysql", MARIADB, 3306, name)
        finally:
            cursor.execute(f"DROP DATABASE {name}")
            cursor.execute(f"DROP USER IF EXISTS {name}")


def postgres_admin_url(database: str) -> str:
    """The administrator's URL of a database of the test server."""
    return urlsplit(POSTGRES)._replace(path=f"/{database}").geturl()


def mariadb_admin_url(database: str) -> str:
    """As `postgres_admin_url`."""
    return urlsplit(MARIADB)._replace(path=f"/{database}").geturl()


def mariadb_admin(database: str | None = None) -> pymysql.Connection[Any]:
    """An administrator's connection, on which a script of several statements can run."""
    at = urlsplit(MARIADB)
    return pymysql.connect(
        host=at.hostname or "127.0.0.1",
        port=at.port or 3306,
        user=at.username,
        password=at.password or "",
        database=database,
        client_flag=CLIENT.MULTI_STATEMENTS,
    )


def database_of(url: str) -> str:
    """The name of the database in a URL; that of its reading role is the same."""
    return urlsplit(url).path.strip("/")


def _grant_reading(owner: psycopg.Connection[Any], role: str) -> None:
    schemas = owner.execute(
        r"SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    )
    for (schema,) in schemas.fetchall():
        for right in ("USAGE ON SCHEMA", "SELECT ON ALL TABLES IN SCHEMA"):
            owner.execute(
                sql.SQL("GRANT {} {} TO {}").format(sql.SQL(right), sql.Identifier(schema), sql.Identifier(role))
            )


def _url(scheme: str, admin: str, port: int, name: str) -> str:
    at = urlsplit(admin)
    return f"{scheme}://{name}:{PASSWORD}@{at.hostname}:{at.port or port}/{name}"


def _need(server: str, failure: str) -> None:
    if failure and os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"no {server} answers: {failure}")
    if failure:
        pytest.skip(f"no {server} answers: {failure}")


@cache
def _failure_of(answers: Callable[[], None]) -> str:
    try:
        answers()
    except (psycopg.Error, pymysql.Error, OSError) as error:
        return " ".join(str(error).split()) or type(error).__name__
    return ""


def _postgres_answers() -> None:
    psycopg.connect(POSTGRES, connect_timeout=5).close()


def _mariadb_answers() -> None:
    mariadb_admin().close()

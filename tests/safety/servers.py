"""What a statement must leave as it is on a database server, and places on the servers of the tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pymysql
import yaml
from pymysql.constants import CLIENT

from tests.safe_role import safe_role
from tests.safety.place import Place, State, files, script
from tests.services import (
    database_of,
    mariadb_admin_url,
    mariadb_database,
    postgres_admin_url,
    postgres_database,
)

QUERIES = yaml.safe_load(Path(__file__).with_name("servers_state.yaml").read_text("utf-8"))
# A row that was written has another place or transaction.
HASHED = "SELECT count(*), sum(hashtextextended(concat(ctid, xmin), 0)) FROM {table}"
PATIENCE = 30.0  # seconds until the server has noticed that a session has ended

ADMIN_URLS = {"postgres": postgres_admin_url, "mysql": mariadb_admin_url}

Ask = Callable[[str], list[tuple[Any, ...]]]


@contextmanager
def shared_place(dialect: str, folder: Path) -> Iterator[Place]:
    """A database on the server of the tests, and the role that `agent doctor` prints for it."""
    database = {"postgres": postgres_database, "mysql": mariadb_database}[dialect]
    with database(script(dialect)) as url:
        admin_url = ADMIN_URLS[dialect](database_of(url))
        with safe_role(admin_url) as safe_url, ONLOOKERS[dialect](safe_url) as look:
            yield Place(safe_url, partial(state, admin_url, safe_url, look, folder))


def state(admin_url: str, url: str, look: Callable[[], State], *folders: Path) -> State:
    """All that a statement of the role of `url` must leave as it is."""
    at = urlsplit(url)
    dialect = "postgres" if at.scheme == "postgresql" else "mysql"
    seen = look()
    names = {"{role}": str(at.username), "{database}": at.path.strip("/"), "{onlooker}": str(seen["onlooker"])}
    queries = dict(QUERIES[dialect])
    hashed = {table: HASHED.format(table=table) for table in queries.pop("hashed", ())}
    left = queries.pop("sessions left")
    with SESSIONS[dialect](admin_url) as ask:
        found = {name: ask(_filled(sql, names)) for name, sql in (queries | hashed).items()}
        found["sessions left"] = _at_last(partial(ask, _filled(left, names)))
    return found | seen | files(*folders)


def _filled(sql: str, names: dict[str, str]) -> str:
    for place, name in names.items():
        sql = sql.replace(place, name)
    return sql


def _at_last(sessions: Callable[[], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """The sessions that are there after some patience: a server notices late that a client is gone."""
    deadline = time.monotonic() + PATIENCE
    while (left := sessions()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


@contextmanager
def _postgres_session(url: str) -> Iterator[Ask]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield lambda sql: connection.execute(sql.encode()).fetchall()


@contextmanager
def mariadb_session(url: str) -> Iterator[Ask]:
    """A function that asks MariaDB, as the user of a URL."""
    at = urlsplit(url)
    with (
        closing(
            pymysql.connect(
                host=at.hostname or "",
                port=at.port or 3306,
                user=at.username,
                password=unquote(at.password or ""),
                database=at.path.strip("/") or None,
                autocommit=True,
            )
        ) as connection,
        connection.cursor() as cursor,
    ):

        def ask(sql: str) -> list[tuple[Any, ...]]:
            cursor.execute(sql)
            return list(cursor.fetchall())

        yield ask


def mariadb_script(url: str, text: str) -> None:
    """Run a script of several statements, as the user of a URL."""
    at = urlsplit(url)
    with (
        closing(
            pymysql.connect(
                host=at.hostname or "",
                port=at.port or 3306,
                user=at.username,
                password=unquote(at.password or ""),
                database=at.path.strip("/") or None,
                client_flag=CLIENT.MULTI_STATEMENTS,
                autocommit=True,
            )
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(text)
        while cursor.nextset():
            pass


@contextmanager
def _on_postgres(url: str) -> Iterator[Callable[[], State]]:
    """Another session of the same role, which the statements must leave alone."""
    with ExitStack() as stack:

        def opened() -> psycopg.Connection[Any]:
            connection = stack.enter_context(psycopg.connect(url, autocommit=True, application_name="onlooker"))
            connection.execute("LISTEN stolen")
            return connection

        sessions = [opened()]

        def look() -> State:
            try:
                sessions[-1].execute("SELECT 1")
            except psycopg.Error:
                sessions.append(opened())
            heard = [str(notice.payload) for notice in sessions[-1].notifies(timeout=0)]
            return {"onlooker": sessions[-1].info.backend_pid, "heard": heard}

        yield look


@contextmanager
def _on_mariadb(url: str) -> Iterator[Callable[[], State]]:
    """As on PostgreSQL."""
    with ExitStack() as stack:
        sessions = [stack.enter_context(mariadb_session(url))]

        def look() -> State:
            try:
                [(number,)] = sessions[-1]("SELECT CONNECTION_ID()")
            except pymysql.Error:
                sessions.append(stack.enter_context(mariadb_session(url)))
                return look()
            return {"onlooker": number}

        yield look


SESSIONS = {"postgres": _postgres_session, "mysql": mariadb_session}
ONLOOKERS = {"postgres": _on_postgres, "mysql": _on_mariadb}

"""The role that `agent doctor` prints, made on a real server by the very statements that it prints."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psycopg
import pymysql
from psycopg import sql
from pymysql.constants import CLIENT

from agent.dialects import grants_of
from agent.dialects.address import read_address

PASSWORD = "choose%20one"


@contextmanager
def safe_role(admin_url: str, schemas: tuple[str, ...] = ()) -> Iterator[str]:
    """The URL of a role that may only read the database of an administrator's URL; it is dropped at the end."""
    at = urlsplit(admin_url)
    name = f"sqlwright_{secrets.token_hex(6)}"
    script = "\n".join(grants_of(read_address(admin_url), schemas)).replace("sqlwright_reader", name)
    run = _on_postgres if at.scheme == "postgresql" else _on_mariadb
    with run(admin_url, script, name):
        yield at._replace(netloc=f"{name}:{PASSWORD}@{at.hostname}:{at.port}").geturl()


@contextmanager
def _on_postgres(admin_url: str, script: str, name: str) -> Iterator[None]:
    with psycopg.connect(admin_url, autocommit=True) as admin:
        try:
            admin.execute(script.encode())
            yield
        finally:
            admin.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@contextmanager
def _on_mariadb(admin_url: str, script: str, name: str) -> Iterator[None]:
    at = urlsplit(admin_url)
    with (
        closing(
            pymysql.connect(
                host=at.hostname or "",
                port=at.port or 3306,
                user=at.username,
                password=at.password or "",
                client_flag=CLIENT.MULTI_STATEMENTS,
            )
        ) as admin,
        admin.cursor() as cursor,
    ):
        try:
            cursor.execute(script)
            while cursor.nextset():
                pass
            yield
        finally:
            cursor.execute(f"DROP USER IF EXISTS {name}")

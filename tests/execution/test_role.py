"""Who one is on a database, and what that role may do beyond reading."""

from __future__ import annotations

import getpass
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import psycopg
import pymysql
import pytest
from psycopg import sql

from agent.dialects import role_of
from agent.dialects.address import read_address
from agent.dialects.mysql_role import rights_of
from tests.services import (
    database_of,
    mariadb_admin,
    mariadb_admin_url,
    mariadb_database,
    postgres_admin_url,
    postgres_database,
)


@pytest.fixture
def postgres() -> Iterator[str]:
    with postgres_database('CREATE TABLE orders (id integer); CREATE SCHEMA "Other one"') as url:
        yield url


@pytest.fixture
def mariadb() -> Iterator[str]:
    with mariadb_database("CREATE TABLE orders (id integer)") as url:
        yield url


def test_role_on_a_file_is_the_user_of_the_machine(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as writer:
        writer.execute("CREATE TABLE t (a)")
    duckdb.connect(tmp_path / "shop.duckdb").close()
    for name, server in (("shop.db", "SQLite 3."), ("shop.duckdb", "DuckDB ")):
        role = role_of(read_address(str(tmp_path / name)))
        assert role.name == getpass.getuser()
        assert role.server.startswith(server)
        assert (role.may, role.grants) == ((), ())


def test_reading_role_may_do_nothing_else(postgres: str, mariadb: str) -> None:
    on_postgres, on_mariadb = role_of(read_address(postgres)), role_of(read_address(mariadb))
    assert (on_postgres.name, on_postgres.may) == (database_of(postgres), ())
    assert (on_mariadb.name, on_mariadb.may) == (f"{database_of(mariadb)}@%", ())
    assert on_postgres.server.startswith("PostgreSQL 1")
    assert on_mariadb.server.startswith("MariaDB 1")


def test_superuser_may_do_anything(postgres: str, mariadb: str) -> None:
    for url in (postgres_admin_url(database_of(postgres)), mariadb_admin_url(database_of(mariadb))):
        assert "do anything" in role_of(read_address(url)).may[0]


def test_rights_of_a_writing_role_on_postgresql(postgres: str) -> None:
    name = database_of(postgres)
    with psycopg.connect(postgres_admin_url(name), autocommit=True) as owner:
        for right in (
            "INSERT, UPDATE ON orders",
            'CREATE ON SCHEMA "Other one"',
            f"CREATE ON DATABASE {name}",
            "pg_read_server_files",
        ):
            owner.execute(sql.SQL("GRANT {} TO {}").format(sql.SQL(right), sql.Identifier(name)))
        owner.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(name)))
    assert role_of(read_address(postgres)).may == (
        "read files of the server (pg_read_server_files)",
        "create roles",
        "create schemas in this database",
        "change the data of public.orders",
        "create tables in the schema Other one",
    )


def test_rights_of_a_writing_user_on_mariadb(mariadb: str) -> None:
    name = database_of(mariadb)
    with closing(mariadb_admin()) as admin, admin.cursor() as cursor:
        cursor.execute(f"GRANT INSERT, UPDATE, CREATE ON {name}.* TO {name}")
        cursor.execute(f"GRANT FILE ON *.* TO {name}")
    assert role_of(read_address(mariadb)).may == (
        "read and write files of the server (FILE)",
        f"change the data of {name}.* (INSERT, UPDATE)",
        f"do more than read {name}.* (CREATE)",
    )


@pytest.mark.parametrize(
    ("grant", "rights"),
    [
        ("GRANT USAGE ON *.* TO `me`@`%` IDENTIFIED BY PASSWORD '*AB'", ()),
        ("GRANT SELECT, SHOW VIEW ON `shop`.* TO `me`@`%`", ()),
        ("GRANT SELECT (`a`, `b`), UPDATE (`b`) ON `shop`.`t` TO `me`@`%`", ("change the data of shop.t (UPDATE)",)),
        ("GRANT ALL PRIVILEGES ON `shop`.* TO `me`@`%`", ("do anything with shop.*",)),
        ("GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION", ()),
        ("GRANT `manager` TO `me`@`%`", ()),
    ],
)
def test_lines_of_show_grants(grant: str, rights: tuple[str, ...]) -> None:
    assert rights_of([grant]) == rights


def test_grants_of_postgresql_make_a_role_that_can_only_read(postgres: str) -> None:
    name, reader = database_of(postgres), f"{database_of(postgres)}_made"
    grants = role_of(read_address(postgres)).grants
    with psycopg.connect(postgres_admin_url(name), autocommit=True) as owner:
        try:
            for grant in grants:
                owner.execute(grant.replace("sqlwright_reader", reader).encode())
            made = postgres.replace(f"//{name}:", f"//{reader}:")
            with psycopg.connect(made, password="choose one") as connection:
                assert connection.execute("SELECT count(*) FROM orders").fetchall() == [(0,)]
                with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                    connection.execute("DELETE FROM orders")
        finally:
            owner.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(reader)))
            owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(reader)))


def test_grants_of_mariadb_make_a_user_that_can_only_read(mariadb: str) -> None:
    name, reader = database_of(mariadb), f"{database_of(mariadb)}_made"
    grants = role_of(read_address(mariadb)).grants
    with closing(mariadb_admin()) as admin, admin.cursor() as cursor:
        try:
            for grant in grants:
                cursor.execute(grant.replace("sqlwright_reader", reader))
            made = mariadb.replace(f"//{name}:", f"//{reader}:").replace(
                mariadb.split(":")[2].split("@")[0], "choose%20one"
            )
            assert role_of(read_address(made)).may == ()
        finally:
            with pymysql.cursors.Cursor(admin) as dropping:
                dropping.execute(f"DROP USER IF EXISTS {reader}")

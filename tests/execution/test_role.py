"""Who one is on a database, and what that role may do beyond reading."""

from __future__ import annotations

import getpass
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import psycopg
import pytest
from psycopg import sql

from agent.dialects import connect, grants_of, open_reader, role_of
from agent.dialects.address import read_address
from agent.dialects.mysql_role import rights_of
from agent.errors import DatabaseError
from tests.safe_role import safe_role
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
        assert role.may == grants_of(read_address(str(tmp_path / name))) == ()


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
        'create tables in the schema "Other one"',
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
        ("GRANT INSERT ON `my shop\\_1`.* TO `me`@`%`", ("change the data of my shop_1.* (INSERT)",)),
        ("GRANT SELECT ON *.* TO `me`@`%`", ("read the passwords of users (SELECT on *.*)",)),
        ("GRANT SELECT ON `mysql`.* TO `me`@`%`", ("read the passwords of users (SELECT on mysql.*)",)),
    ],
)
def test_lines_of_show_grants(grant: str, rights: tuple[str, ...]) -> None:
    assert rights_of([grant]) == rights


# Names that need quoting, objects of another owner, and what everybody may do by default.
SCHEMAS_AND_OWNERS = """
CREATE ROLE "{owner}";
CREATE SCHEMA "Sales ""2026"" %_" AUTHORIZATION "{owner}";
CREATE SCHEMA archive;
CREATE TABLE orders (id integer); CREATE TABLE archive.orders (id integer);
SET ROLE "{owner}"; CREATE TABLE "Sales ""2026"" %_"."Order ""s"" x" (id integer); RESET ROLE;
CREATE FUNCTION count_orders(a integer, "B" text) RETURNS bigint SECURITY DEFINER LANGUAGE sql
    AS 'SELECT count(*) FROM public.orders';
"""
SALES = '"Sales ""2026"" %_"'


@pytest.fixture
def shop() -> Iterator[tuple[str, str]]:
    """The administrator's URL of a database, and the owner of a schema in it."""
    owner = f"sqlwright_Owner_{secrets.token_hex(4)}"
    with postgres_database(SCHEMAS_AND_OWNERS.format(owner=owner)) as url:
        admin_url = postgres_admin_url(database_of(url))
        yield admin_url, owner
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP OWNED BY {0}").format(sql.Identifier(owner)))
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(owner)))


def test_grants_of_postgresql_make_a_role_that_can_only_read(shop: tuple[str, str]) -> None:
    admin_url, owner = shop
    with safe_role(admin_url) as url, psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(owner)))
        admin.execute(f"CREATE TABLE {SALES}.later (id integer)".encode())
        admin.execute("RESET ROLE")
        admin.execute("CREATE TABLE archive.later (id integer)")
        assert role_of(read_address(url)).may == ()
        with closing(open_reader(read_address(url))) as reader:
            for table in ("orders", f'{SALES}."Order ""s"" x"', f"{SALES}.later", "archive.orders", "archive.later"):
                assert reader.rows(f"SELECT count(*) FROM {table}", 10) == [(0,)]
        with psycopg.connect(url, autocommit=True) as connection:
            assert connection.execute("SHOW temp_file_limit").fetchall() == [("2GB",)]
            for denied in (
                "SELECT count_orders(1, '')",
                "SELECT pg_terminate_backend(0)",
                "SELECT pg_logical_emit_message(false, 'a', 'b')",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(denied.encode())
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                connection.execute("DELETE FROM orders")
            connection.execute("SET default_transaction_read_only = off")
            for denied in ("DELETE FROM orders", "CREATE TABLE t (i int)", "CREATE TEMPORARY TABLE t (i int)"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(denied.encode())


def test_grants_of_postgresql_are_for_the_schemas_of_the_connection(shop: tuple[str, str]) -> None:
    admin_url, _ = shop
    with safe_role(admin_url, ('Sales "2026" %_',)) as url, closing(open_reader(read_address(url))) as reader:
        assert reader.rows(f'SELECT count(*) FROM {SALES}."Order ""s"" x"', 10) == [(0,)]
        for table in ("public.orders", "archive.orders"):
            with pytest.raises(DatabaseError, match="permission denied"):
                reader.rows(f"SELECT count(*) FROM {table}", 10)


def test_a_role_that_may_become_a_superuser_is_no_safe_one(postgres: str) -> None:
    name = database_of(postgres)
    with psycopg.connect(postgres_admin_url(name), autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER ROLE {0} NOINHERIT").format(sql.Identifier(name)))
        admin.execute(sql.SQL("GRANT postgres TO {}").format(sql.Identifier(name)))
    assert role_of(read_address(postgres)).may[0] == "become postgres, a superuser"


def test_grants_of_mariadb_make_a_user_that_can_only_read() -> None:
    with mariadb_database("CREATE TABLE orders (id integer)") as one:
        database = database_of(one)
        near = database.replace("_", "x")
        with closing(mariadb_admin()) as admin, admin.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {near}")
            try:
                cursor.execute(f"CREATE TABLE {near}.orders (id integer)")
                with safe_role(mariadb_admin_url(database)) as url:
                    assert role_of(read_address(url)).may == ()
                    with closing(open_reader(read_address(url))) as reader:
                        assert reader.rows("SELECT count(*) FROM orders", 10) == [(0,)]
                        # The _ of a name is a pattern where GRANT reads it.
                        with pytest.raises(DatabaseError, match="denied"):
                            reader.rows(f"SELECT count(*) FROM {near}.orders", 10)
                both = (database, near)
                with (
                    safe_role(mariadb_admin_url(database), both) as url,
                    closing(open_reader(read_address(url))) as reader,
                ):
                    assert reader.rows(f"SELECT count(*) FROM {near}.orders", 10) == [(0,)]
            finally:
                cursor.execute(f"DROP DATABASE {near}")


def test_grants_of_mariadb_without_a_database_leave_out_the_passwords(mariadb: str) -> None:
    url = mariadb_admin_url("").rstrip("/")
    grants = grants_of(read_address(url))
    assert any(database_of(mariadb).replace("_", r"\_") in grant for grant in grants)
    assert not any("`mysql`" in grant or "*.*" in grant for grant in grants)


def test_rights_are_told_on_connecting(postgres: str, mariadb: str, tmp_path: Path) -> None:
    admins = (postgres_admin_url(database_of(postgres)), mariadb_admin_url(database_of(mariadb)))
    duckdb.connect(tmp_path / "shop.duckdb").close()
    for url in (*admins, postgres, mariadb, str(tmp_path / "shop.duckdb")):
        with closing(connect(read_address(url))) as connection:
            assert bool(connection.may) == (url in admins)

"""The second layer alone, on the other engines: raw statements with no checker before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from agent.dialects import Connection, connect
from agent.dialects.address import read_address
from agent.errors import AgentError, DatabaseError, LimitError, StatementError, UnsafeError
from agent.records import Limits
from tests.services import (
    database_of,
    mariadb_admin,
    mariadb_admin_url,
    mariadb_database,
    postgres_admin_url,
    postgres_database,
)

FIXTURES = Path(__file__).parents[1] / "fixtures" / "execution"
LIMITS = Limits(rows=100, seconds=10, result_bytes=1024 * 1024)
OUTCOMES = {UnsafeError: "refused", DatabaseError: "failed", StatementError: "failed", LimitError: "stopped"}
STATE = "SELECT count(*), sum(total), min(status) FROM orders"
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema IN ('main', 'public', {database})"

TABLES_OF_ALL = (FIXTURES / "servers.sql").read_text("utf-8")
MORE = {
    "duckdb": "CREATE SEQUENCE counter;",
    "postgres": """
        CREATE SEQUENCE counter;
        CREATE FUNCTION changing() RETURNS bigint LANGUAGE sql AS 'DELETE FROM orders RETURNING 1::bigint';
        CREATE FUNCTION changing_as_owner() RETURNS bigint LANGUAGE sql SECURITY DEFINER
            AS 'DELETE FROM orders RETURNING 1::bigint';
    """,
    "mariadb": """
        CREATE SEQUENCE counter;
        CREATE FUNCTION changing() RETURNS INTEGER SQL SECURITY INVOKER BEGIN DELETE FROM orders; RETURN 1; END;
        CREATE FUNCTION changing_as_owner() RETURNS INTEGER BEGIN DELETE FROM orders; RETURN 1; END;
    """,
}

# What a superuser's read-only transaction lets through, which no test repeats: moves that last.
READING_FILES = {
    "postgres": "SELECT length(pg_read_file('PG_VERSION')) > 0",
    "mariadb": "SELECT LOAD_FILE(concat(@@datadir, 'ibdata1'))",
}


@contextmanager
def duckdb_file(folder: Path, script: str) -> Iterator[str]:
    with closing(duckdb.connect(folder / "shop.duckdb")) as writer:
        writer.execute(script)
    yield f"duckdb:///{folder / 'shop.duckdb'}"


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    script = TABLES_OF_ALL + MORE[engine]
    made = {
        "duckdb": lambda: duckdb_file(folder, script),
        "postgres": lambda: postgres_database(script),
        "mariadb": lambda: mariadb_database(script),
    }
    with made[engine]() as url:
        if engine == "mariadb":
            with closing(mariadb_admin()) as admin, admin.cursor() as cursor:
                cursor.execute(f"GRANT EXECUTE ON {database_of(url)}.* TO {database_of(url)}")
        yield url


@pytest.fixture(scope="module", params=MORE)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def url(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(engine, tmp_path_factory.mktemp(engine)) as url:
        yield url


@pytest.fixture(scope="module")
def connection(url: str) -> Iterator[Connection]:
    with closing(connect(read_address(url))) as connection:
        yield connection


def statements(engine: str) -> list[tuple[str, str]]:
    groups: dict[str, list[str]] = yaml.safe_load((FIXTURES / f"{engine}_hostile.yaml").read_text("utf-8"))
    return [(sql, outcome) for outcome, group in groups.items() for sql in group]


def outcome_of(sql: str, connection: Connection) -> str:
    try:
        connection.run(sql, LIMITS)
    except AgentError as error:
        assert "\n" not in str(error)
        return OUTCOMES[type(error)]
    return "answered"


def state_of(connection: Connection, url: str) -> tuple[Any, ...]:
    tables = connection.run(TABLES.format(database=f"'{database_of(url)}'"), LIMITS).rows
    return (connection.run(STATE, LIMITS).rows, {*tables})


def test_hostile_statements_do_no_harm(
    engine: str, url: str, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = state_of(connection, url)

    outcomes = {sql: outcome_of(sql, connection) for sql, _ in statements(engine)}

    assert outcomes == dict(statements(engine))
    assert state_of(connection, url) == before
    assert not [*tmp_path.iterdir()]


def test_statement_leaves_nothing_to_the_next(engine: str, connection: Connection) -> None:
    """What no rollback takes back is gone with the session."""
    leaving = {
        "duckdb": ("SELECT 1", "SELECT readonly FROM duckdb_databases() WHERE path IS NOT NULL", True),
        "postgres": (
            "SELECT set_config('default_transaction_read_only', 'off', false), pg_advisory_lock(4711)",
            "SELECT current_setting('transaction_read_only') || count(*) FROM pg_locks WHERE objid = 4711",
            "on0",
        ),
        "mariadb": ("SELECT @left := 'x', GET_LOCK('left', 0)", "SELECT concat(@left, IS_FREE_LOCK('left'))", None),
    }
    first, second, expected = leaving[engine]
    connection.run(first, LIMITS)
    assert connection.run(second, LIMITS).rows == ((expected,),)


# A transaction of its own, or another setting for one statement, would leave the session that may only read.
LEAVING = (
    "BEGIN NOT ATOMIC START TRANSACTION READ WRITE; DELETE FROM orders; COMMIT; END",
    "SET STATEMENT tx_read_only = 0 FOR CREATE TABLE stolen (x integer)",
)


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
def test_superuser_is_kept_from_writing_tables_but_not_from_reading_files(server: str, tmp_path: Path) -> None:
    """Why a role without rights is asked for: a read-only transaction says nothing of the server's files."""
    admin_url = {"postgres": postgres_admin_url, "mariadb": mariadb_admin_url}[server]
    with database(server, tmp_path) as url, closing(connect(read_address(admin_url(database_of(url))))) as connection:
        before = state_of(connection, url)
        writes = ("DELETE FROM orders", "DROP TABLE orders", "CREATE TABLE stolen (x integer)", "SELECT changing()")
        for sql in (*writes, *LEAVING):
            assert outcome_of(sql, connection) in ("refused", "failed")
        assert state_of(connection, url) == before
        assert outcome_of(READING_FILES[server], connection) == "answered"


def test_duckdb_is_closed_to_the_outside(tmp_path: Path) -> None:
    with database("duckdb", tmp_path) as url, closing(connect(read_address(url))) as connection:
        settings: dict[str, str] = dict(
            connection.run("SELECT name, value FROM duckdb_settings()", Limits(memory_bytes=400 * 1024 * 1024)).rows
        )
    assert settings["lock_configuration"] == "true"
    assert (settings["enable_external_access"], settings["allowed_directories"]) == ("false", "[]")
    assert settings["max_memory"] == "300.0 MiB"
    off = (
        *("enable_external_access", "autoload_known_extensions", "autoinstall_known_extensions"),
        *("allow_community_extensions", "allow_unsigned_extensions", "python_enable_replacements"),
    )
    assert {name: settings[name] for name in off} == dict.fromkeys(off, "false")
    assert settings["lock_configuration"] == "true"
    assert settings["max_temp_directory_size"] == "0 bytes"

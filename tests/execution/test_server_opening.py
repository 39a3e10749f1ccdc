"""Connecting to servers: URLs, drivers, and what a user is told when it fails, which is never a password."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.dialects import connect, open_reader, role_of
from agent.dialects.address import read_address
from agent.dialects.server_url import read_server_url
from agent.errors import AgentError, DatabaseError, UsageError
from agent.records import Limits
from tests.services import MARIADB, PASSWORD, POSTGRES, database_of, mariadb_database, postgres_database

ROOT = Path(__file__).parents[2]
SECRET = "hush-4711"


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_database("CREATE TABLE t (a integer)") as url:
        yield url


@pytest.fixture(scope="module")
def mariadb() -> Iterator[str]:
    with mariadb_database("CREATE TABLE t (a integer)") as url:
        yield url


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def failure_of(url: str) -> AgentError:
    """The error of connecting, in which nothing is on two lines and no password is anywhere."""
    with pytest.raises(AgentError) as caught:
        connect(read_address(url))
    error = caught.value
    told = "".join(traceback.format_exception(error))
    assert SECRET not in told
    assert PASSWORD not in told
    assert error.message.isprintable()
    assert error.hint.isprintable()
    assert error.hint
    return error


# URLs


def test_parts_of_a_url() -> None:
    url = read_server_url(read_address("postgresql://me:p%40ss@db.example:5433/my%20shop?sslmode=require"))
    assert (url.user, url.password, url.host, url.port, url.database) == ("me", "p@ss", "db.example", 5433, "my shop")
    assert url.options == {"sslmode": "require"}
    assert "p@ss" not in repr(url)


@pytest.mark.parametrize(
    ("text", "password", "host", "port"),
    [
        ("mysql://me:a/b#c:d@e@db/shop", "a/b#c:d@e", "db", None),
        ("mysql://me@[::1]:3307/shop", "", "::1", 3307),
        ("mysql://me@[::1]/shop", "", "::1", None),
        ("postgresql:///shop", "", "", None),
    ],
)
def test_odd_urls(text: str, password: str, host: str, port: int | None) -> None:
    url = read_server_url(read_address(text))
    assert (url.password, url.host, url.port, url.database) == (password, host, port, "shop")


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
@pytest.mark.parametrize(
    "rest",
    [
        f"me:{SECRET}@127.0.0.1:port/shop",
        f"me:{SECRET}@127.0.0.1:99999/shop",
        f"me:{SECRET}?x@127.0.0.1/shop",
        f"me:4711?{SECRET}@127.0.0.1/shop",
        f"me:{SECRET}%00@127.0.0.1/shop",
        f"me:{SECRET}@127.0.0.1/shop?option",
    ],
)
def test_wrong_url_is_refused_and_not_repeated(scheme: str, rest: str) -> None:
    with pytest.raises(UsageError) as caught:
        connect(read_address(f"{scheme}://{rest}"))
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_other_engine_is_refused_in_one_line() -> None:
    assert "cannot run queries on oracle" in failure_of(f"oracle://me:{SECRET}@127.0.0.1/shop").message


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_schemes_of_postgresql(scheme: str, postgres: str) -> None:
    with closing(connect(read_address(postgres.replace("postgresql", scheme, 1)))) as connection:
        assert connection.dialect == "postgres"
        assert connection.run("SELECT 1", Limits()).rows == ((1,),)


@pytest.mark.parametrize("scheme", ["mysql", "mariadb", "mysql+pymysql", "mariadb+pymysql"])
def test_schemes_of_mariadb(scheme: str, mariadb: str) -> None:
    with closing(connect(read_address(mariadb.replace("mysql", scheme, 1)))) as connection:
        assert connection.dialect == "mysql"
        assert connection.run("SELECT 1", Limits()).rows == ((1,),)


def test_options_of_a_mariadb_url(mariadb: str) -> None:
    with closing(connect(read_address(f"{mariadb}?ssl_disabled=false&charset=latin1"))) as connection:
        assert connection.run("SELECT 'ß', @@character_set_client", Limits()).rows == (("ß", "utf8mb4"),)


# Failures


def test_unknown_host() -> None:
    for scheme in ("postgresql", "mysql"):
        error = failure_of(f"{scheme}://me:{SECRET}@no-such-host.invalid/shop")
        assert isinstance(error, DatabaseError)
        assert "no-such-host.invalid" in error.message
        assert "check the host" in error.hint


def test_refused_port(closed_port: int) -> None:
    for scheme in ("postgresql", "mysql"):
        error = failure_of(f"{scheme}://me:{SECRET}@127.0.0.1:{closed_port}/shop")
        assert isinstance(error, DatabaseError)
        assert "refused" in error.message
        assert "check the host and the port" in error.hint


def test_unknown_database(postgres: str, mariadb: str) -> None:
    assert "the name of the database" in failure_of(postgres.rpartition("/")[0] + "/nothing").hint
    assert "what it may read" in failure_of(mariadb.rpartition("/")[0] + "/nothing").hint


def test_unknown_user(postgres: str) -> None:
    name = database_of(postgres)
    assert "check the user" in failure_of(postgres.replace(f"//{name}:", "//nobody-here:")).hint


def test_wrong_password(mariadb: str) -> None:
    error = failure_of(mariadb.replace(PASSWORD, SECRET))
    assert "Access denied" in error.message
    assert "the password" in error.hint


def test_password_of_any_letters(mariadb: str) -> None:
    assert "Access denied" in failure_of(mariadb.replace(PASSWORD, "pä€ss/word#" + SECRET)).message


def test_tls_that_cannot_be_had(postgres: str, mariadb: str) -> None:
    assert "sslmode" in failure_of(f"{postgres}?sslmode=verify-full&sslrootcert=/nothing").hint
    assert "options of the URL" in failure_of(f"{mariadb}?ssl_ca=/nothing").hint


def test_unknown_options(postgres: str, mariadb: str) -> None:
    assert "the options after ?" in failure_of(f"{postgres}?colour=blue").hint
    assert "ssl_ca" in failure_of(f"{mariadb}?colour={SECRET}").hint
    assert "ssl_ca" in failure_of(f"{mariadb}?ssl_disabled={SECRET}").hint


@pytest.mark.parametrize(
    "option", ["autocommit=true", "row_factory=a", "cursor_factory=a", "prepare_threshold=a", "context=a"]
)
def test_options_of_the_driver_are_none_of_the_url(option: str, postgres: str) -> None:
    assert "the options after ?" in failure_of(f"{postgres}?{option}").hint


def test_connection_string_in_an_option_is_refused_and_not_repeated(postgres: str) -> None:
    assert "the options after ?" in failure_of(f"{postgres}?conninfo={SECRET}").hint


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
@pytest.mark.parametrize("rest", ["root:hush\udcff@127.0.0.1/x", "ro\udcffot@127.0.0.1/x", "root@127.0.0.1/x?a=\udcff"])
def test_bytes_that_are_no_text_are_refused(scheme: str, rest: str) -> None:
    assert "not UTF-8" in failure_of(f"{scheme}://{rest}").message


# Drivers


def test_driver_without_its_library_is_named_with_its_extra() -> None:
    code = "import sys; from agent.dialects import connect, address; connect(address.read_address(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, POSTGRES],
        env={**os.environ, "PSYCOPG_IMPL": "nope"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "UsageError: the driver for PostgreSQL is not installed" in done.stderr


@pytest.mark.parametrize(
    ("url", "package", "engine", "extra"),
    [
        (POSTGRES, "psycopg", "PostgreSQL", "postgres"),
        (MARIADB, "pymysql", "MySQL and MariaDB", "mysql"),
        ("duckdb:///shop.duckdb", "duckdb", "DuckDB", "duckdb"),
    ],
)
def test_missing_driver_is_named_with_its_extra(
    url: str, package: str, engine: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for opening in (connect, open_reader, role_of):
        with pytest.raises(UsageError) as caught:
            opening(read_address(url))
        assert caught.value.message == f"the driver for {engine} is not installed"
        assert caught.value.hint == f'pip install "sqlwright[{extra}]"'

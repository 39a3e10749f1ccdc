"""The session for the fixed statements of sqlwright itself, alike on all engines."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import duckdb
import pytest

from agent.dialects import Reader, open_reader
from agent.dialects.address import Address, read_address
from agent.errors import DatabaseError, LimitError
from tests.services import mariadb_database, postgres_database

SCRIPT = """
CREATE TABLE t (id INTEGER PRIMARY KEY, body VARCHAR(2000));
INSERT INTO t WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 900) SELECT x, 'x' FROM n;
"""
CROSS = "SELECT count(*) FROM t AS a, t AS b, t AS c, t AS d, t AS e WHERE a.id + b.id + c.id > d.id * e.id"


@pytest.fixture(scope="module", params=["sqlite", "duckdb", "postgres", "mariadb"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    path = tmp_path_factory.mktemp("reader") / "shop.db"
    match request.param:
        case "sqlite":
            with closing(sqlite3.connect(path)) as writer:
                writer.executescript(SCRIPT)
            yield read_address(f"sqlite:///{path}")
        case "duckdb":
            with closing(duckdb.connect(path)) as engine:
                engine.execute(SCRIPT)
            yield read_address(f"duckdb:///{path}")
        case "postgres":
            with postgres_database(SCRIPT) as url:
                yield read_address(url)
        case _:
            with mariadb_database(SCRIPT) as url:
                yield read_address(url)


@pytest.fixture
def reader(address: Address) -> Iterator[Reader]:
    with closing(open_reader(address)) as reader:
        yield reader


def test_rows_of_a_statement(reader: Reader) -> None:
    rows = reader.rows("SELECT id, body FROM t ORDER BY id", 10)
    assert rows == [(number, "x") for number in range(1, 901)]


@pytest.mark.parametrize("end", ["", " LIMIT 800"])
def test_rows_up_to_a_limit_and_then_more(end: str, reader: Reader) -> None:
    assert reader.rows(f"SELECT id FROM t ORDER BY id{end}", 10, 3) == [(1,), (2,), (3,)]
    assert reader.rows("SELECT count(*) FROM t", 10) == [(900,)]


def test_statement_that_takes_too_long_is_stopped_and_the_next_one_runs(reader: Reader) -> None:
    with pytest.raises(LimitError):
        reader.rows(CROSS, 0.2)
    assert reader.rows("SELECT count(*) FROM t", 10) == [(900,)]


def test_error_is_one_line_and_the_next_statement_runs(reader: Reader) -> None:
    with pytest.raises(DatabaseError, match="nothing") as caught:
        reader.rows("SELECT nothing FROM t", 10)
    assert "\n" not in str(caught.value)
    assert reader.rows("SELECT count(*) FROM t", 10) == [(900,)]


def test_reader_cannot_write(reader: Reader) -> None:
    for sql in ("DELETE FROM t", "DROP TABLE t", "CREATE TABLE stolen (x INTEGER)"):
        with pytest.raises(Exception, match=r"\S") as caught:
            reader.rows(sql, 10)
        assert caught.type.__module__ == "agent.errors"
    assert reader.rows("SELECT count(*) FROM t", 10) == [(900,)]


def test_close_may_be_repeated(reader: Reader) -> None:
    reader.close()
    reader.close()

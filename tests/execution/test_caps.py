"""The cap on rows is one on what is given out: no aggregate, order or LIMIT of the query is changed by it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import duckdb
import pytest

from agent.dialects import Connection, connect
from agent.dialects.address import read_address
from agent.records import Limits
from tests.execution.test_servers import sessions_at_work, wait_until
from tests.services import mariadb_database, postgres_database

ROWS = 900
SCRIPT = f"""
CREATE TABLE t (id INTEGER PRIMARY KEY, g INTEGER);
INSERT INTO t WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {ROWS}) SELECT x, x % 3 FROM n;
"""
CAP = Limits(rows=10)
WHOLE = {
    "SELECT count(*) FROM t": [(ROWS,)],
    "SELECT count(*) FROM (SELECT id FROM t ORDER BY id) AS s": [(ROWS,)],
    "WITH s AS (SELECT id FROM t) SELECT max(id), count(*) FROM s": [(ROWS, ROWS)],
    "SELECT g, count(*) FROM t GROUP BY g ORDER BY g": [(0, 300), (1, 300), (2, 300)],
    "SELECT id FROM t WHERE id IN (SELECT id FROM t WHERE id > 895) ORDER BY id DESC": [
        (n,) for n in range(900, 895, -1)
    ],
    "SELECT id, (SELECT count(*) FROM t AS s) FROM t ORDER BY id LIMIT 2": [(1, ROWS), (2, ROWS)],
    "SELECT id FROM t ORDER BY id LIMIT 10": [(n,) for n in range(1, 11)],
    "SELECT id FROM t ORDER BY id DESC LIMIT 3 OFFSET 2": [(898,), (897,), (896,)],
}
CUT = {
    "SELECT id FROM t ORDER BY id": [(n,) for n in range(1, 11)],
    "SELECT id FROM t ORDER BY g DESC, id DESC LIMIT 500": [(n,) for n in range(899, 869, -3)],
    "SELECT id FROM t UNION ALL SELECT id FROM t ORDER BY id": [(n // 2 + 1,) for n in range(10)],
    "SELECT id, count(*) OVER () FROM t ORDER BY id": [(n, ROWS) for n in range(1, 11)],
}


@pytest.fixture(scope="module", params=["sqlite", "duckdb", "postgres", "mariadb"])
def connection(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    file = tmp_path_factory.mktemp("caps") / f"shop.{request.param}"
    if request.param == "sqlite":
        with closing(sqlite3.connect(file)) as lite:
            lite.executescript(SCRIPT)
    elif request.param == "duckdb":
        with closing(duckdb.connect(file)) as duck:
            duck.execute(SCRIPT)
    else:
        database = postgres_database if request.param == "postgres" else mariadb_database
        with database(SCRIPT) as url, closing(connect(read_address(url))) as connection:
            yield connection
        return
    with closing(connect(read_address(str(file)))) as connection:
        yield connection


@pytest.mark.parametrize(("sql", "rows"), WHOLE.items())
def test_cap_changes_nothing_within_a_query(sql: str, rows: list[tuple[int, ...]], connection: Connection) -> None:
    result = connection.run(sql, CAP)
    assert [*result.rows] == rows
    assert not result.truncated


@pytest.mark.parametrize(("sql", "rows"), CUT.items())
def test_cap_cuts_what_comes_out_and_says_so(sql: str, rows: list[tuple[int, ...]], connection: Connection) -> None:
    result = connection.run(sql, CAP)
    assert [*result.rows] == rows
    assert result.truncated


def test_no_rows_at_all_may_be_asked_for(connection: Connection) -> None:
    result = connection.run("SELECT id FROM t", Limits(rows=0))
    assert (result.columns, result.rows, result.truncated) == (("id",), (), True)


@pytest.mark.parametrize("end", ["", " LIMIT 900000000"])
def test_mariadb_does_not_go_on_after_the_cap(end: str) -> None:
    with mariadb_database(SCRIPT) as url, closing(connect(read_address(url))) as connection:
        sql = f"SELECT a.id FROM t AS a, t AS b, t AS c{end}"
        assert len(connection.run(sql, CAP).rows) == 10
        wait_until(lambda: not sessions_at_work(url))

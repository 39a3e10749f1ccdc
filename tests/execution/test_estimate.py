"""What engines expect of a query before it runs, and where that is too much."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from agent.dialects import Connection, connect
from agent.dialects.address import read_address
from agent.dialects.mysql_plan import mysql_plan
from agent.estimate import estimate
from agent.records import CheckedQuery, Finding, Limits, Plan, Verdict
from tests.services import mariadb_database, postgres_database

NUMBERS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 900) SELECT x, x % 10 FROM n"
SCRIPT = f"""
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER);
INSERT INTO orders {NUMBERS};
CREATE TABLE customers (id INTEGER PRIMARY KEY, region INTEGER);
INSERT INTO customers {NUMBERS};
"""
COUNTED = {"postgres": "ANALYZE orders, customers;", "mysql": "ANALYZE TABLE orders, customers;"}
RUNAWAYS = (
    "SELECT count(*) FROM orders AS a, orders AS b, orders AS c, orders AS d",
    "SELECT count(*) FROM orders AS a, orders AS b, orders AS c, orders AS d WHERE a.id + b.id + c.id + d.id = 7",
    "SELECT a.id FROM orders AS a CROSS JOIN orders AS b CROSS JOIN customers AS c CROSS JOIN customers AS d LIMIT 5",
)
HONEST = (
    "SELECT count(*), sum(id), max(customer) FROM orders",
    "SELECT c.region, count(*) FROM orders AS o JOIN customers AS c ON c.id = o.customer GROUP BY c.region",
    "SELECT o.id FROM orders AS o WHERE o.customer IN (SELECT id FROM customers WHERE region = 3) ORDER BY o.id",
    "SELECT c.id, (SELECT count(*) FROM orders AS o WHERE o.customer = c.id) FROM customers AS c",
    "WITH t AS (SELECT customer, count(*) AS n FROM orders GROUP BY customer) SELECT max(n) FROM t",
    "SELECT id FROM orders UNION ALL SELECT id FROM customers",
    "SELECT id, sum(id) OVER (PARTITION BY customer ORDER BY id) FROM orders",
    "SELECT 1",
)


@pytest.fixture(scope="module", params=["duckdb", "postgres", "mysql"])
def connection(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    if request.param == "duckdb":
        path = tmp_path_factory.mktemp("estimate") / "shop.duckdb"
        with closing(duckdb.connect(path)) as writer:
            writer.execute(SCRIPT)
        with closing(connect(read_address(str(path)))) as connection:
            yield connection
        return
    database = postgres_database if request.param == "postgres" else mariadb_database
    with (
        database(SCRIPT + COUNTED[request.param]) as url,
        closing(connect(read_address(url))) as connection,
    ):
        yield connection


def verdict_of(sql: str, connection: Connection, limits: Limits) -> Verdict:
    return estimate(CheckedQuery(sql, connection.dialect, ()), connection, limits)


@pytest.mark.parametrize("sql", RUNAWAYS)
def test_join_that_runs_away_is_refused(sql: str, connection: Connection) -> None:
    verdict = verdict_of(sql, connection, Limits())
    assert verdict.query is None
    (finding,) = verdict.findings
    assert finding.rule == "estimate"
    assert "rows at once, and 10,000,000,000 are the most" in finding.message
    assert "join on keys" in finding.hint
    assert verdict_of(sql, connection, Limits(plan_rows=None)).query


@pytest.mark.parametrize("sql", HONEST)
def test_honest_query_is_not_refused(sql: str, connection: Connection) -> None:
    assert verdict_of(sql, connection, Limits(plan_rows=100_000)).query


def test_nothing_of_the_estimate_runs(connection: Connection) -> None:
    for sql in RUNAWAYS:
        assert isinstance(connection.plan(sql, Limits(seconds=20)), Plan)


def test_cost_is_bounded_where_the_engine_tells_it(connection: Connection) -> None:
    verdict = verdict_of(RUNAWAYS[0], connection, Limits(plan_rows=None, plan_cost=1_000.0))
    if connection.dialect == "postgres":
        (finding,) = verdict.findings
        assert finding.message.endswith("and 1,000 is the most")
        assert "max_plan_cost" in finding.hint
    else:
        assert verdict.query
    assert verdict_of(HONEST[0], connection, Limits(plan_cost=1_000.0)).query


def test_error_of_the_engine_is_a_finding(connection: Connection) -> None:
    (finding,) = verdict_of("SELECT nothing FROM orders", connection, Limits()).findings
    assert isinstance(finding, Finding)
    assert "cannot run it" in finding.message
    assert "nothing" in finding.message


def test_sqlite_tells_nothing_and_passes_on(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.executescript(SCRIPT)
    with closing(connect(read_address(str(path)))) as connection:
        assert connection.plan(RUNAWAYS[0], Limits()) == Plan()
        assert verdict_of(RUNAWAYS[0], connection, Limits(plan_rows=1, plan_cost=1)).query


def test_plan_of_mysql_8_is_read() -> None:
    """As its manual writes it: other names than those of MariaDB, numbers as text, a cost, and joins by hash."""
    explained = """{"query_block": {"select_id": 1, "cost_info": {"query_cost": "1000450.25"}, "nested_loop": [
        {"table": {"table_name": "a", "access_type": "ALL", "rows_examined_per_scan": 1000,
            "rows_produced_per_join": 1000, "filtered": "100.00"}},
        {"table": {"table_name": "b", "access_type": "ALL", "rows_examined_per_scan": 1000,
            "rows_produced_per_join": 100000, "filtered": "10.00", "using_join_buffer": "hash join"}},
        {"table": {"table_name": "c", "access_type": "ALL", "rows_examined_per_scan": 50,
            "rows_produced_per_join": 5000000, "filtered": "100.00", "using_join_buffer": "Block Nested Loop"}}]}}"""
    assert mysql_plan(explained) == Plan(rows=5_000_000, cost=1_000_450.25)

"""The two stages that ask a connection: estimate and execute."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from agent.dialects import Connection, connect
from agent.dialects.address import read_address
from agent.errors import DatabaseError, UnsafeError
from agent.estimate import estimate
from agent.execute import execute
from agent.records import CheckedQuery, Limits, Verdict


class Forged(CheckedQuery):
    """Whoever inherits from a checked query has not been checked."""


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path = tmp_path_factory.mktemp("execute") / "shop.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("CREATE TABLE t (a)")
        writer.execute("INSERT INTO t VALUES (1), (2), (3)")
        writer.commit()
    with closing(connect(read_address(f"sqlite:///{path}"))) as connection:
        yield connection


def test_execute_returns_the_rows(connection: Connection) -> None:
    result = execute(CheckedQuery("SELECT a FROM t ORDER BY a", "sqlite", ("t",)), connection, Limits(rows=2))
    assert result.columns == ("a",)
    assert result.rows == ((1,), (2,))
    assert result.truncated
    assert result.elapsed > 0


@pytest.mark.parametrize(
    "query",
    ["SELECT 1", None, Forged("SELECT 1", "sqlite", ()), CheckedQuery("SELECT 1", "postgresql", ())],
    ids=["text", "nothing", "subclass", "other dialect"],
)
def test_execute_refuses_all_but_a_checked_query_of_its_dialect(query: Any, connection: Connection) -> None:
    with pytest.raises(UnsafeError):
        execute(query, connection, Limits())


def test_execute_reports_what_the_engine_refuses(connection: Connection) -> None:
    with pytest.raises(DatabaseError, match="no such column: b"):
        execute(CheckedQuery("SELECT b FROM t", "sqlite", ("t",)), connection, Limits())


def test_estimate_passes_a_sound_query_on(connection: Connection) -> None:
    query = CheckedQuery("SELECT a FROM t", "sqlite", ("t",))
    assert estimate(query, connection, Limits()) == Verdict(query)


def test_estimate_turns_an_error_of_the_engine_into_a_finding(connection: Connection) -> None:
    verdict = estimate(CheckedQuery("SELECT b FROM t", "sqlite", ("t",)), connection, Limits())
    assert verdict.query is None
    (finding,) = verdict.findings
    assert finding.rule == "estimate"
    assert "no such column: b" in finding.message

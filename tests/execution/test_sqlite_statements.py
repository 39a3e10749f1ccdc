"""The second layer alone: raw statements on the read-only connection, with no checker before it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.dialects import Connection, connect
from agent.dialects.address import read_address
from agent.dialects.sqlite import ENGINE_TABLES, allowed_functions, open_read_only
from agent.errors import AgentError, DatabaseError, LimitError, StatementError, UnsafeError
from agent.records import Limits, Plan

FIXTURES = Path(__file__).parents[1] / "fixtures" / "execution"
CHECKER_FUNCTIONS = Path(__file__).parents[2] / "validators" / "functions" / "sqlite.txt"
LIMITS = Limits(rows=100, seconds=10, result_bytes=1024 * 1024, memory_bytes=100 * 1024 * 1024)
BRIEF = replace(LIMITS, seconds=0.2)
OUTCOMES = {UnsafeError: "refused", DatabaseError: "failed", StatementError: "failed", LimitError: "stopped"}
DIRECT_ONLY = 0x80000  # SQLite's flag for functions that may do harm


def statements() -> Iterator[Any]:
    groups: dict[str, list[str]] = yaml.safe_load((FIXTURES / "sqlite_hostile.yaml").read_text("utf-8"))
    for outcome, group in groups.items():
        for sql in group:
            yield pytest.param(sql, outcome, id=f"{outcome}: {ascii(sql)[1:61]}")


def queries() -> Iterator[Any]:
    for case in yaml.safe_load((FIXTURES / "sqlite_readable.yaml").read_text("utf-8")):
        yield pytest.param(case["sql"], case["rows"], id=case["sql"][:60])


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("statements") / "shop.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.executescript((FIXTURES / "shop.sql").read_text("utf-8"))
    return path


@pytest.fixture(scope="module")
def connection(database: Path) -> Iterator[Connection]:
    with closing(connect(read_address(f"sqlite:///{database}"))) as connection:
        yield connection


def outcome_of(sql: str, connection: Connection, limits: Limits) -> str:
    try:
        result = connection.run(sql, limits)
    except AgentError as error:
        assert "\n" not in str(error)
        return OUTCOMES[type(error)]
    assert len(result.rows) <= limits.rows
    return "cut" if result.truncated else "answered"


@pytest.mark.parametrize(("sql", "outcome"), [*statements()])
def test_hostile_statement_does_no_harm(
    sql: str, outcome: str, connection: Connection, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(database.parent)
    before = hashlib.sha256(database.read_bytes()).digest()

    assert outcome_of(sql, connection, BRIEF if outcome == "stopped" else LIMITS) == outcome

    assert hashlib.sha256(database.read_bytes()).digest() == before
    assert [path.name for path in database.parent.iterdir()] == ["shop.db"]
    assert connection.run("SELECT count(*) FROM orders", LIMITS).rows == ((200,),)


def test_hostile_statements_would_do_harm_elsewhere(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fixture holds real attacks: on a plain connection many of the refused ones go through."""
    monkeypatch.chdir(tmp_path)  # some of them make files
    groups: dict[str, list[str]] = yaml.safe_load((FIXTURES / "sqlite_hostile.yaml").read_text("utf-8"))
    harmful = 0
    for number, sql in enumerate(groups["refused"]):
        copy = tmp_path / f"{number}.db"
        copy.write_bytes(database.read_bytes())
        with closing(sqlite3.connect(copy, isolation_level=None)) as plain:
            try:
                plain.execute(sql).fetchall()
            except sqlite3.Error:
                continue
        harmful += copy.read_bytes() != database.read_bytes()
    assert harmful >= 20


@pytest.mark.parametrize(("sql", "rows"), [*queries()])
def test_query_is_answered(sql: str, rows: list[list[Any]], connection: Connection) -> None:
    assert connection.plan(sql, LIMITS) == Plan()
    assert [list(row) for row in connection.run(sql, LIMITS).rows] == rows


@pytest.mark.parametrize("sql", ["SELECT nothing FROM orders", "DELETE FROM orders", "", "SELECT 1; SELECT 2"])
def test_plan_tells_what_run_would_refuse(sql: str, connection: Connection) -> None:
    error = connection.plan(sql, LIMITS)
    assert isinstance(error, str)
    assert "\n" not in error


def test_plan_runs_nothing(connection: Connection) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    assert connection.plan(endless, LIMITS) == Plan()


def test_functions_of_the_checker_are_allowed() -> None:
    lines = CHECKER_FUNCTIONS.read_text("utf-8").splitlines()
    entries = [entry.partition(":") for line in lines for entry in line.partition("#")[0].split()]
    tables = {name for name, _, mark in entries if mark.startswith("from")}
    functions = {name for name, _, _ in entries} - tables
    assert functions
    assert functions <= allowed_functions()
    assert tables <= {*ENGINE_TABLES}


def test_no_allowed_function_may_do_harm(database: Path) -> None:
    with closing(open_read_only(database)) as connection:
        engine = dict(connection.execute("SELECT name, flags FROM pragma_function_list").fetchall())
    harmful = {name for name, flags in engine.items() if flags & DIRECT_ONLY}
    assert "load_extension" in harmful
    assert not harmful & allowed_functions()

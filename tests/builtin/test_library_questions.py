"""Questions over a small library: constructions that were once read wrongly, and choices that must be said."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent import Agent
from agent.errors import RefusedError

FIXTURES = Path(__file__).parents[1] / "fixtures/questions"
CASES = yaml.safe_load((FIXTURES / "library.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("library") / "library.db"
    with closing(sqlite3.connect(file)) as database:
        database.executescript((FIXTURES / "library.sql").read_text("utf-8"))
    return file


@pytest.fixture(scope="module")
def library(path: Path) -> Iterator[Agent]:
    with Agent.connect(str(path), today=date(2026, 11, 21)) as agent:
        yield agent


def _check_rows(library: Agent, path: Path, case: dict[str, Any]) -> None:
    accepted = [case["sql"]] if isinstance(case["sql"], str) else case["sql"]
    with closing(sqlite3.connect(path)) as database:
        expected = {sql: database.execute(sql).fetchall() for sql in accepted}
    answered = library.ask(case["question"])
    rows = list(answered.rows)

    assert all(expected.values())
    assert any(
        Counter(rows) == Counter(right) and (rows == right or "ORDER BY" not in sql) for sql, right in expected.items()
    ), answered.sql


def _check_refusal(library: Agent, case: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        library.ask(case["question"])

    for word in case["names"]:
        assert word in str(caught.value)


@pytest.mark.parametrize("case", CASES["answered"], ids=lambda case: case["question"])
def test_the_rows_are_those_of_the_sql_written_by_hand(library: Agent, path: Path, case: dict[str, Any]) -> None:
    _check_rows(library, path, case)


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["question"])
def test_what_cannot_be_read_is_declined_and_named(library: Agent, case: dict[str, Any]) -> None:
    _check_refusal(library, case)


@pytest.mark.xfail(strict=True, reason="read wrongly so far")
@pytest.mark.parametrize("case", CASES["misread"], ids=lambda case: case["question"])
def test_what_is_misread(library: Agent, path: Path, case: dict[str, Any]) -> None:
    if "sql" in case:
        _check_rows(library, path, case)
    else:
        _check_refusal(library, case)

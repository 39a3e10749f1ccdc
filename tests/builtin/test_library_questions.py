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


@pytest.mark.parametrize("case", CASES["answered"], ids=lambda case: case["question"])
def test_the_rows_are_those_of_the_sql_written_by_hand(library: Agent, path: Path, case: dict[str, str]) -> None:
    with closing(sqlite3.connect(path)) as database:
        expected = database.execute(case["sql"]).fetchall()
    answered = library.ask(case["question"])

    assert expected
    assert Counter(answered.rows) == Counter(expected), answered.sql
    if "ORDER BY" in case["sql"]:
        assert list(answered.rows) == expected


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["question"])
def test_what_cannot_be_read_is_declined_and_named(library: Agent, case: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        library.ask(case["question"])

    for word in case["names"]:
        assert word in str(caught.value)

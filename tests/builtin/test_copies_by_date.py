"""Of several tables by date one stands for all, which is no reason to answer from it alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest

from agent import Agent
from agent.errors import NotUnderstoodError

DAYS = range(1, 5)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    file = tmp_path_factory.mktemp("log") / "log.db"
    with closing(sqlite3.connect(file)) as db:
        for day in DAYS:
            db.executescript(
                f"CREATE TABLE events_2024010{day} (id INTEGER PRIMARY KEY, platform TEXT);"
                f"INSERT INTO events_2024010{day} (platform) VALUES {', '.join(['(1)'] * day)};"
            )
    with Agent.connect(file, today=date(2026, 11, 21)) as agent:
        yield agent


@pytest.mark.parametrize("question", ["how many events", "events per platform", "how many events on 2024-01-02"])
def test_one_of_several_tables_is_not_taken_for_all(log: Agent, question: str) -> None:
    with pytest.raises(NotUnderstoodError) as caught:
        log.ask(question)
    if "stands for" in str(caught.value):
        assert caught.value.hint == "name one of them, such as events_20240104"


@pytest.mark.parametrize("day", DAYS)
def test_one_that_is_named_is_read(log: Agent, day: int) -> None:
    answer = log.ask(f"how many events_2024010{day}")
    assert answer.rows == ((day,),)
    assert answer.assumptions == (f"events_2024010{day} alone of the 4 tables events_YYYYMMDD",)

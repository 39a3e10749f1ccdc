"""What people ask that the data cannot tell: almost all of it is declined, since any answer would be wrong."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import yaml

from agent import Agent
from agent.errors import AgentError

FIXTURES = Path(__file__).parents[1] / "fixtures/questions"
CASES: dict[str, list[str]] = yaml.safe_load((FIXTURES / "unanswerable.yaml").read_text("utf-8"))
# What has been reached; the aim is none.
MOST = {"clinic": 3, "projects": 4}


@pytest.mark.parametrize("world", CASES)
def test_hardly_any_is_answered(world: str, tmp_path: Path) -> None:
    path = tmp_path / f"{world}.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((FIXTURES / f"{world}.sql").read_text("utf-8"))

    with Agent.connect(path, today=date(2026, 11, 21)) as agent:
        answered = [said for question in CASES[world] if (said := _answer(agent, question))]

    assert len(answered) <= MOST[world], "\n".join(answered)


def _answer(agent: Agent, question: str) -> str:
    """The question with the SQL that answers it; nothing where it is declined, or has to be chosen."""
    try:
        return f"{question}: {' '.join(agent.ask(question).sql.split())}"
    except AgentError:
        return ""

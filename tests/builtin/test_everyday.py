"""What people type, slips included: how many questions are answered right without a model, and how few wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent import Agent
from agent.errors import AgentError
from agent.same_rows import same_rows
from tests.conftest import TODAY

FIXTURES = Path(__file__).parents[1] / "fixtures/questions"


@dataclass(frozen=True, slots=True)
class Floor:
    """What has been reached of a fixture, not to be lost again: the share that is right, and that which is wrong.

    Of one that is held out only the figures are told: nothing is developed on it, so that it tells what a question that
    nobody has seen may expect.
    """

    fixture: str
    database: str
    right: float
    wrong: float
    is_held_out: bool = False


FLOORS = (
    Floor("everyday", "shop", 0.95, 0.03),
    Floor("practice", "shop", 0.85, 0.06),
    Floor("strangers", "shop", 0.44, 0.24, is_held_out=True),
    Floor("clinic", "clinic", 0.75, 0.14),
    Floor("projects", "projects", 0.7, 0.16),
    Floor("projects_held", "projects", 0.62, 0.25, is_held_out=True),
)


@pytest.fixture(scope="module")
def worlds(shop: Agent, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Agent]]:
    """The agents by the names of their databases."""
    folder = tmp_path_factory.mktemp("worlds")
    for name in ("clinic", "projects"):
        with closing(sqlite3.connect(folder / f"{name}.db")) as database:
            database.executescript((FIXTURES / f"{name}.sql").read_text("utf-8"))
    with (
        Agent.connect(folder / "clinic.db", today=TODAY, limit=100_000) as clinic,
        Agent.connect(folder / "projects.db", today=TODAY, limit=100_000) as projects,
    ):
        yield {"shop": shop, "clinic": clinic, "projects": projects}


@pytest.mark.parametrize("floor", FLOORS, ids=lambda floor: floor.fixture)
def test_most_questions_are_answered_right_and_few_wrong(worlds: dict[str, Agent], floor: Floor) -> None:
    cases = yaml.safe_load((FIXTURES / f"{floor.fixture}.yaml").read_text("utf-8"))
    agent = worlds[floor.database]
    with closing(sqlite3.connect(agent.address.url.removeprefix("sqlite:///"))) as database:
        failures = [failure for case in cases if (failure := _failure(agent, database, case))]

    wrong = sum(failure.startswith("wrong") for failure in failures)
    counted = f"{len(failures)} of {len(cases)} are not answered right, {wrong} of them wrongly"
    told = counted if floor.is_held_out else "\n".join([counted, *failures])
    is_kept = len(failures) <= (1 - floor.right) * len(cases) and wrong <= floor.wrong * len(cases)
    # A plain message: pytest would show the questions that it compares.
    if not is_kept:
        pytest.fail(told, pytrace=False)


def _failure(agent: Agent, database: sqlite3.Connection, case: dict[str, Any]) -> str | None:
    """What is wrong with the answer; None where its rows are those of an accepted statement."""
    accepted = [case["sql"]] if isinstance(case["sql"], str) else case["sql"]
    golds = [(sql, database.execute(sql).fetchall()) for sql in accepted]
    assert golds[0][1], f"a case without rows proves little: {case['question']}"
    try:
        answer = agent.ask(case["question"])
    except AgentError as error:
        return f"declined: {case['question']}: {error}"
    if any(same_rows(gold, answer.rows, ordered="ORDER BY" in sql) for sql, gold in golds):
        return None
    return f"wrong: {case['question']}: {' '.join(answer.sql.split())}"

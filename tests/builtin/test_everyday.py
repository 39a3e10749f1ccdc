"""What people of a shop type, slips included: how many of those questions are answered right without a model."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml

from agent import Agent
from agent.errors import AgentError
from agent.evaluate.same_rows import same_rows

CASES = yaml.safe_load((Path(__file__).parents[1] / "fixtures/questions/everyday.yaml").read_text("utf-8"))
# What has been reached, not to be lost again; the aim is 0.95.
RIGHT, WRONG = 0.78, 0.1


def test_most_everyday_questions_are_answered_right_and_few_wrong(shop: Agent) -> None:
    with closing(sqlite3.connect(shop.address.url.removeprefix("sqlite:///"))) as database:
        failures = [failure for case in CASES if (failure := _failure(shop, database, case))]

    assert len(failures) <= (1 - RIGHT) * len(CASES), "\n".join(
        [f"{len(failures)} of {len(CASES)} are not answered right:", *failures]
    )
    assert sum(failure.startswith("wrong") for failure in failures) <= WRONG * len(CASES), "\n".join(failures)


def _failure(shop: Agent, database: sqlite3.Connection, case: dict[str, Any]) -> str | None:
    """What is wrong with the answer; None where its rows are those of an accepted statement."""
    accepted = [case["sql"]] if isinstance(case["sql"], str) else case["sql"]
    golds = [(sql, database.execute(sql).fetchall()) for sql in accepted]
    assert golds[0][1], f"a case without rows proves little: {case['question']}"
    try:
        answer = shop.ask(case["question"])
    except AgentError as error:
        return f"declined: {case['question']}: {error}"
    if any(same_rows(gold, answer.rows, ordered="ORDER BY" in sql) for sql, gold in golds):
        return None
    return f"wrong: {case['question']}: {' '.join(answer.sql.split())}"

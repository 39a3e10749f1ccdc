"""Questions that can be read in several ways: every reading is offered, and each is right in its way."""

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
from agent.draft import take_first
from agent.errors import ChoiceError
from agent.records import Draft

FIXTURES = Path(__file__).parents[1] / "fixtures/questions"
CASES = yaml.safe_load((FIXTURES / "readings.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("parcels") / "parcels.db"
    with closing(sqlite3.connect(file)) as database:
        database.executescript((FIXTURES / "readings.sql").read_text("utf-8"))
    return file


@pytest.fixture(scope="module")
def parcels(path: Path) -> Iterator[Agent]:
    with Agent.connect(str(path), today=date(2026, 11, 21)) as agent:
        yield agent


def _accepted(path: Path, sql: str | list[str]) -> list[Counter[Any]]:
    """The rows of the statements written by hand, any of which will do."""
    with closing(sqlite3.connect(path)) as database:
        return [Counter(database.execute(each).fetchall()) for each in ([sql] if isinstance(sql, str) else sql)]


@pytest.mark.parametrize("case", CASES["open"], ids=lambda case: case["question"])
def test_every_reading_is_offered_and_right(parcels: Agent, path: Path, case: dict[str, Any]) -> None:
    says = [reading["says"] for reading in case["readings"]]
    offered: list[tuple[str, ...]] = []

    for place, reading in enumerate(case["readings"]):

        def choose(drafts: tuple[Draft, ...], place: int = place) -> Draft:
            offered.append(tuple(draft.reading for draft in drafts))
            return drafts[place]

        answer = parcels.ask(case["question"], choose)
        assert Counter(answer.rows) in _accepted(path, reading["sql"]), answer.sql

    assert offered == [tuple(says)] * len(says)
    firsts = [_accepted(path, reading["sql"])[0] for reading in case["readings"]]
    assert len({frozenset(rows.items()) for rows in firsts}) == len(says)


@pytest.mark.parametrize("case", CASES["open"], ids=lambda case: case["question"])
def test_nothing_runs_until_someone_has_chosen(parcels: Agent, case: dict[str, Any]) -> None:
    with pytest.raises(ChoiceError, match=f"in {len(case['readings'])} ways") as caught:
        parcels.ask(case["question"])

    assert caught.value.readings == tuple(reading["says"] for reading in case["readings"])


def test_the_first_reading_is_taken_with_a_word_on_the_others(parcels: Agent) -> None:
    answer = parcels.ask("clients without parcels", take_first)

    assert answer.assumptions == (
        "taken as: parcels belong to clients by sender_id; it could also be: parcels belong to clients by recipient_id",
    )
    # The other reading is as likely.
    assert answer.confidence is not None and answer.confidence <= 0.5


@pytest.mark.parametrize("case", CASES["settled"], ids=lambda case: case["question"])
def test_a_question_that_says_which_leaves_no_choice(parcels: Agent, path: Path, case: dict[str, str]) -> None:
    answer = parcels.ask(case["question"])

    assert Counter(answer.rows) in _accepted(path, case["sql"]), answer.sql
    assert case["assumes"] in " ".join(answer.assumptions)

"""Texts that go on from the questions before them, over the demo shop, against SQL written by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent import Agent, Answer
from agent.draft import take_first
from agent.drafters.builtin import BuiltinDrafter
from agent.drafters.builtin.follow_ups.follow_up_words import follow_up_words
from agent.drafters.builtin.lexicon.load_lexicon import load_lexicon
from agent.errors import RefusedError, UsageError
from agent.same_rows import same_rows
from tests.conftest import TODAY

CASES = yaml.safe_load((Path(__file__).parents[1] / "fixtures/questions/follow_ups.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def agent(cache: Path) -> Iterator[Agent]:
    with Agent.connect(today=TODAY, limit=100_000) as connected:
        connected.__dict__["_drafter"] = BuiltinDrafter()
        yield connected


def _check(agent: Agent, case: dict[str, Any]) -> Answer:
    accepted = [case["sql"]] if isinstance(case["sql"], str) else case["sql"]
    with closing(sqlite3.connect(agent.address.url.removeprefix("sqlite:///"))) as database:
        golds = [(sql, database.execute(sql).fetchall()) for sql in accepted]
    # Which of two dates is meant may be a choice.
    answer = agent.ask(case["ask"], take_first, earlier=case["after"])

    assert golds[0][1], "a case without rows proves little"
    assert any(same_rows(gold, answer.rows, ordered="ORDER BY" in sql) for sql, gold in golds), answer.sql
    return answer


@pytest.mark.parametrize("case", CASES["changes"], ids=lambda case: " | ".join([*case["after"], case["ask"]]))
def test_a_follow_up_changes_the_question_before_and_says_how(agent: Agent, case: dict[str, Any]) -> None:
    assert [said for said in _check(agent, case).assumptions if said.startswith("as before, but ")]


@pytest.mark.xfail(strict=True, reason="read wrongly so far")
@pytest.mark.parametrize("case", CASES["misread"], ids=lambda case: " | ".join([*case["after"], case["ask"]]))
def test_a_follow_up_that_is_misread(agent: Agent, case: dict[str, Any]) -> None:
    assert [said for said in _check(agent, case).assumptions if said.startswith("as before, but ")]


@pytest.mark.parametrize("case", CASES["alone"], ids=lambda case: " | ".join([*case["after"], case["ask"]]))
def test_a_question_that_names_what_it_asks_about_is_read_alone(agent: Agent, case: dict[str, Any]) -> None:
    assert not any(said.startswith("as before") for said in _check(agent, case).assumptions)


@pytest.mark.parametrize(
    ("earlier", "text", "said"),
    [
        ("names of customers in Germany", "and in France?", "customers.country is France"),
        ("number of orders by status", "by channel instead", "by orders.channel"),
        ("five most expensive products", "top 10", "the first 10"),
        ("number of orders by status", "overall", "not grouped"),
        (
            "how many orders were placed last month",
            "what about last year",
            "orders.ordered_at is 2025-01-01 to 2025-12-31",
        ),
    ],
)
def test_what_was_changed_is_said(agent: Agent, earlier: str, text: str, said: str) -> None:
    assert f"as before, but {said}" in agent.ask(text, earlier=earlier).assumptions


@pytest.mark.parametrize("text", ["only the purple ones", "the other way round", "and the bottom five"])
def test_what_changes_nothing_of_the_question_before_is_refused(agent: Agent, text: str) -> None:
    with pytest.raises(RefusedError):
        agent.ask(text, earlier="how many customers are there")


@pytest.mark.parametrize(
    ("text", "rest", "kinds"),
    [
        ("and in France?", "in France?", {"and"}),
        ("ok, and what about last year", ", last year", {"and", "about"}),
        ("only those in Berlin", "in Berlin", {"only", "them"}),
        ("by month instead", "by month", {"instead"}),
        ("as a percentage of the total", "", {"percent"}),
        ("orders and customers", "orders and customers", set()),
    ],
)
def test_the_words_that_make_a_follow_up_are_blanked_where_they_stand(text: str, rest: str, kinds: set[str]) -> None:
    said = follow_up_words(text, load_lexicon())

    assert " ".join(said.text.split()) == rest
    assert set(said.kinds) == kinds
    assert len(said.text) == len(text)
    assert all(new in {old, " "} for new, old in zip(said.text, text, strict=True))


def test_the_draft_is_that_of_the_answer(agent: Agent) -> None:
    earlier = ["number of orders by status", "by channel instead"]
    assert agent.draft("top 3", earlier=earlier).sql == agent.ask("top 3", earlier=earlier).sql


@pytest.mark.parametrize("earlier", [[""], ["how many orders"] * 21, [None]])
def test_what_cannot_be_an_earlier_question_is_refused(agent: Agent, earlier: list[str]) -> None:
    with pytest.raises(UsageError):
        agent.ask("and in France?", earlier=earlier)

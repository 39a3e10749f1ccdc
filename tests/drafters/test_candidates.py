"""Several drafts of one question, from replies in a file, in place of a model that draws its words freely."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent import Agent
from agent.errors import ModelError, NotUnderstoodError, UnsafeError
from agent.records import Answer, Draft, Result, Verdict
from tests.conftest import TODAY
from tests.drafters.ollama_server import OllamaServer

# What the built-in drafter reads, and what it cannot.
READ, UNREAD = "how many customers are there?", "quux the frobnitz of every wug"
COUNT, OTHER, NAMES = "SELECT count(*) FROM customers", "SELECT count(*) FROM orders", "SELECT name FROM products"
NONE, DECLINES = "SELECT name FROM customers WHERE name = 'nobody'", "CANNOT ANSWER: no such thing"


def asked(tmp_path: Path, question: str, *replies: str, limit: int | None = None) -> list[object]:
    file = tmp_path / "replies.jsonl"
    file.write_text(json.dumps({"question": question, "replies": replies}), "utf-8")
    with Agent.connect(today=TODAY, model=f"replay:{file}", candidates=len(replies), limit=limit) as agent:
        return list(agent.steps(question))


def answered(tmp_path: Path, question: str, *replies: str, limit: int | None = None) -> Answer:
    answer = asked(tmp_path, question, *replies, limit=limit)[-1]
    assert isinstance(answer, Answer)
    return answer


def rows_of(shop: Agent, sql: str) -> tuple[tuple[object, ...], ...]:
    query = shop.check(sql).query
    assert query is not None
    return shop._connection.run(query.sql, shop.limits).rows


def test_the_rows_that_most_drafts_give_are_taken(shop: Agent, tmp_path: Path) -> None:
    answer = answered(tmp_path, UNREAD, OTHER, COUNT, "SELECT count(id) AS n FROM customers")

    assert answer.rows == rows_of(shop, COUNT)
    assert answer.confidence_reason.startswith("2 of 3 drafts give these rows")


def test_the_built_in_drafter_has_a_voice_where_it_can_read(shop: Agent, tmp_path: Path) -> None:
    assert answered(tmp_path, READ, OTHER, NAMES, COUNT).rows == rows_of(shop, COUNT)
    # Without it the first of three that differ is taken.
    assert answered(tmp_path, UNREAD, OTHER, NAMES, COUNT).rows == rows_of(shop, OTHER)


def test_a_draft_that_is_refused_has_none(shop: Agent, tmp_path: Path) -> None:
    bad = "SELECT frobnitz FROM customers"

    assert answered(tmp_path, UNREAD, OTHER, bad, bad, bad, COUNT, COUNT).rows == rows_of(shop, COUNT)
    with pytest.raises(UnsafeError, match="frobnitz"):
        asked(tmp_path, UNREAD, bad, bad)


def test_some_rows_go_before_none(shop: Agent, tmp_path: Path) -> None:
    assert answered(tmp_path, UNREAD, NONE, COUNT).rows == rows_of(shop, COUNT)
    answer = answered(tmp_path, UNREAD, NONE, COUNT, NONE)
    assert answer.rows == ()
    assert "no row came back" in answer.confidence_reason


def test_a_model_that_declines_more_often_than_it_agrees_is_heeded(shop: Agent, tmp_path: Path) -> None:
    with pytest.raises(NotUnderstoodError, match="no such thing"):
        asked(tmp_path, UNREAD, COUNT, DECLINES, DECLINES)
    assert answered(tmp_path, UNREAD, DECLINES, COUNT, COUNT).rows == rows_of(shop, COUNT)
    # That the built-in drafter cannot read it says nothing of the question.
    assert answered(tmp_path, UNREAD, COUNT, DECLINES).rows == rows_of(shop, COUNT)


def test_what_is_taken_comes_last(tmp_path: Path) -> None:
    steps = asked(tmp_path, UNREAD, COUNT, COUNT, OTHER)

    assert [type(step) for step in steps[1:]] == [Draft, Verdict, Result] * 4 + [Answer]
    *_, drafted, verdict, result, answer = steps
    assert isinstance(answer, Answer) and isinstance(verdict, Verdict) and isinstance(result, Result)
    assert verdict.query is not None
    assert (verdict.query.sql, result.rows) == (answer.sql, answer.rows)
    assert isinstance(drafted, Draft)
    assert drafted.sql == COUNT


def test_each_runs_within_the_limits(tmp_path: Path) -> None:
    answer = answered(tmp_path, UNREAD, NAMES, f"{NAMES} LIMIT 1000", limit=5)

    assert len(answer.rows) == 5
    assert answer.truncated
    assert answer.confidence_reason.startswith("All 2 drafts")


def test_agreement_makes_it_surer(tmp_path: Path) -> None:
    alone, both, split = (
        answered(tmp_path, UNREAD, *replies).confidence for replies in ((COUNT,), (COUNT, COUNT), (COUNT, OTHER, NAMES))
    )

    assert split < alone < both


def test_only_the_first_draft_is_made_without_chance(ollama: OllamaServer) -> None:
    ollama.queue(COUNT, COUNT, COUNT)
    with Agent.connect(today=TODAY, model="ollama:fake", candidates=3) as agent:
        agent.ask(UNREAD)

    options = [request["options"] for request in ollama.requests]
    assert options[0]["temperature"] == 0
    assert all(each["temperature"] > 0 for each in options[1:])
    assert len({each["seed"] for each in options}) == 3


def test_one_is_enough_unless_more_are_asked_for(ollama: OllamaServer) -> None:
    ollama.queue(COUNT)
    with Agent.connect(today=TODAY, model="ollama:fake") as agent:
        answer = agent.ask(READ)

    assert len(ollama.requests) == 1
    assert answer.confidence_reason.startswith("It rests on a single draft; it passed the check at the first try")


def test_a_model_out_of_reach_is_said_and_not_covered_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_OLLAMA", "http://127.0.0.1:9")
    with Agent.connect(today=TODAY, model="ollama:fake", candidates=3) as agent, pytest.raises(ModelError):
        agent.ask(READ)


def test_the_built_in_drafter_needs_no_candidates(shop: Agent) -> None:
    with Agent.connect(today=TODAY, candidates=5) as agent:
        steps = list(agent.steps(READ))

    assert [type(step) for step in steps[1:]] == [Draft, Verdict, Result, Answer]
    assert steps[-1] == shop.ask(READ)

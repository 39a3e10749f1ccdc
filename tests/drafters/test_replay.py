"""Replies that were made elsewhere go through the flow as those of a model that answers now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent import Agent
from agent.config import load_settings
from agent.drafters import Varying, load_drafter
from agent.errors import ModelError, NoSQLError, NotUnderstoodError, UnsafeError, UsageError
from agent.records import Context, Draft, Drafting

TODAY = date(2026, 11, 21)
QUESTION = "how many customers are there in Germany?"
GERMANS = "SELECT COUNT(*) AS n FROM customers WHERE country = 'Germany'"
FENCED = f"<think>Easy.</think>Here:\n```sql\n{GERMANS}\n```\nIt counts."


@contextmanager
def replaying(folder: Path, *lines: dict[str, Any] | str, name: str = "replies.jsonl") -> Iterator[Agent]:
    file = folder / name
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    file.write_text(text, encoding="utf-8")
    with Agent.connect(model=f"replay:{file}", today=TODAY) as agent:
        yield agent


def test_a_reply_is_checked_and_run(tmp_path: Path, shop: Agent) -> None:
    heard: list[Drafting] = []
    with replaying(tmp_path, {"id": 7, "question": QUESTION, "reply": FENCED}) as agent:
        answer = agent.ask("  how many customers are\nthere in Germany? ", listen=heard.append)
        assert agent.drafter_name == "replay:replies.jsonl"

    assert answer.rows == shop.ask(QUESTION).rows
    assert "".join(drafting.text for drafting in heard) == FENCED


def test_the_replies_to_repairs_follow_in_order(tmp_path: Path) -> None:
    wrong = "```sql\nSELECT nam FROM customers\n```"
    with replaying(tmp_path, {"question": QUESTION, "replies": [wrong, FENCED]}) as agent:
        steps = list(agent.steps(QUESTION))

    assert [step.sql for step in steps if isinstance(step, Draft)] == ["SELECT nam FROM customers", GERMANS]


def test_the_last_reply_again_ends_it(tmp_path: Path) -> None:
    with (
        replaying(tmp_path, {"question": QUESTION, "reply": "SELECT nam FROM customers"}) as agent,
        pytest.raises(UnsafeError, match="no column nam"),
    ):
        agent.ask(QUESTION)


def test_a_varied_draft_takes_another_reply(tmp_path: Path) -> None:
    other = GERMANS.replace("COUNT(*)", "COUNT(id)")
    with replaying(tmp_path, {"question": QUESTION, "replies": [FENCED, other]}) as agent:
        context = next(agent.steps(QUESTION))
    assert isinstance(context, Context)
    drafter = load_drafter(load_settings(model=f"replay:{tmp_path / 'replies.jsonl'}"))
    assert isinstance(drafter, Varying)

    assert [each.draft(context).sql for each in (drafter, drafter.varied(1), drafter.varied(2))] == [
        GERMANS,
        other,
        other,
    ]


@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [
        ("", NoSQLError, "replay wrote no SQL and nothing else"),
        ("I like the sea.", NoSQLError, "replay wrote no SQL but: I like the sea."),
        ("CANNOT ANSWER: no weather", NotUnderstoodError, "cannot answer this: no weather"),
        ("DROP TABLE orders", NoSQLError, "wrote no SQL"),
        ("```sql\nDROP TABLE orders\n```", UnsafeError, "DROP"),
    ],
)
def test_a_bad_reply_fails_as_it_would_from_a_server(
    tmp_path: Path, reply: str, error: type[Exception], message: str
) -> None:
    with (
        replaying(tmp_path, {"question": QUESTION, "reply": reply}) as agent,
        pytest.raises(error, match=message),
    ):
        agent.ask(QUESTION)


def test_a_question_without_a_reply_is_one_line(tmp_path: Path) -> None:
    with replaying(tmp_path, {"question": "another", "reply": FENCED}) as agent, pytest.raises(ModelError) as caught:
        agent.ask(QUESTION)

    assert "replies.jsonl has no reply to the question how many customers are there in Germany?" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_messages_tell_the_same_question_of_two_databases_apart(tmp_path: Path, shop: Agent) -> None:
    from tests.drafters.ollama_server import OllamaServer

    # What a model is told of the shop, with the window of a model that reads much.
    with OllamaServer().running() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SQLWRIGHT_OLLAMA", server.url)
        server.models[0].context = 1_000_000
        server.queue(FENCED)
        with Agent.connect(model="ollama:fake", today=TODAY) as agent:
            agent.draft(QUESTION)
        messages = server.requests[0]["messages"]
    elsewhere = [{"role": "user", "content": "of another database"}]
    lines = [
        {"question": QUESTION, "reply": "```sql\nSELECT 0\n```", "messages": elsewhere},
        {"question": QUESTION, "reply": FENCED, "messages": messages},
    ]
    with replaying(tmp_path, *lines) as agent:
        assert agent.draft(QUESTION).sql == shop.check(GERMANS).query.sql  # type: ignore[union-attr]
    with (
        replaying(tmp_path, *[{**line, "messages": elsewhere[:n]} for n, line in enumerate(lines)]) as agent,
        pytest.raises(ModelError, match="several lines with other replies"),
    ):
        agent.draft(QUESTION)


def test_the_template_is_that_of_the_model_which_made_the_replies(tmp_path: Path) -> None:
    wrong = "SELECT nam FROM customers;"
    line = {"question": QUESTION, "reply": f"[SQL]\n{GERMANS};\n[/SQL]", "model": "sqlcoder:7b"}
    with replaying(tmp_path, line) as agent:
        assert agent.ask(QUESTION).columns == ("n",)
    with (
        replaying(tmp_path, {**line, "reply": wrong}, {"question": "x", "reply": "y", "model": "sqlcoder:7b"}) as agent,
        pytest.raises(UnsafeError),
    ):
        agent.ask(QUESTION)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "line 2: it is not JSON"),
        ("[1]", "line 2: it is not a JSON object"),
        ({"question": QUESTION}, "line 2: reply is missing"),
        ({"question": QUESTION, "replies": []}, "line 2: reply is missing"),
        ({"question": QUESTION, "replies": [1]}, "line 2: reply is not text"),
        ({"question": QUESTION, "replies": "x"}, "line 2: replies is not a list"),
        ({"reply": FENCED}, "line 2: question is missing"),
        ({"question": QUESTION, "reply": "x", "messages": [1]}, "line 2: messages"),
    ],
)
def test_a_malformed_line_is_told_by_its_number(tmp_path: Path, line: dict[str, Any] | str, fault: str) -> None:
    with (
        replaying(tmp_path, {"question": "x", "reply": "y"}, line) as agent,
        pytest.raises(UsageError, match=fault),
    ):
        agent.ask(QUESTION)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with (
        Agent.connect(model=f"replay:{tmp_path / 'gone.jsonl'}", today=TODAY) as agent,
        pytest.raises(UsageError, match=r"cannot read .*gone\.jsonl: No such file"),
    ):
        agent.ask(QUESTION)

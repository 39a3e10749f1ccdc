"""A model on a server that speaks OpenAI's protocol, asked through the whole flow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from agent import Agent
from agent.config import load_settings
from agent.errors import ModelError, UsageError
from agent.openai_address import openai_address
from agent.prompts.tokens import estimate_tokens
from agent.records import Drafting
from tests.drafters.openai_server import Fails, OpenAIServer, Reply, Says, Sends, event

TODAY = date(2026, 11, 21)
GERMANS = "SELECT COUNT(*) AS n FROM customers WHERE country = 'Germany'"
FENCED = f"Here it is:\n\n```sql\n{GERMANS}\n```\n"
KEY = "sk-very-s3cret-4711"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    for name in ("OPENAI_API_KEY", "SQLWRIGHT_OPENAI_KEY"):
        monkeypatch.delenv(name, raising=False)
    with OpenAIServer().running() as running:
        yield running


@contextmanager
def agent(server: OpenAIServer, model: str = "small", path: str = "/v1") -> Iterator[Agent]:
    with Agent.connect(model=f"openai:{model}@{server.url}{path}", today=TODAY) as connected:
        yield connected


@pytest.mark.parametrize("path", ["/v1", "/v1/", "", "/"])
def test_the_query_of_a_model_is_checked_and_run(server: OpenAIServer, shop: Agent, path: str) -> None:
    server.replies = [Says(FENCED)]
    with agent(server, path=path) as asked:
        answer = asked.ask("how many customers are there in Germany?")
        assert asked.drafter_name == "openai:small"

    assert answer.rows == shop.ask("how many customers are there in Germany?").rows
    (request,) = server.requests
    assert server.paths[-1] == "/v1/chat/completions"
    assert request["model"] == "small"
    assert request["stream"] is True
    assert request["temperature"] == 0
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert "# Table: customers" in server.prompt(0)


@pytest.mark.parametrize(
    ("gets", "context"),
    [
        ({"/v1/models": {"data": [{"id": "big"}, {"id": "small", "max_model_len": 3_000}]}}, 3_000),
        ({"/v1/models": {"data": [{"id": "small", "context_length": 3_000}]}}, 3_000),
        ({"/v1/models": {"data": [{"id": "/models/x.gguf", "context_length": 3_000}]}}, 3_000),
        (
            {
                "/v1/models": {"data": [{"id": "small", "meta": {"n_ctx_train": 131_072}}]},
                "/props": {"default_generation_settings": {"n_ctx": 3_000}},
            },
            3_000,
        ),
        (
            {
                "/v1/models": {"data": [{"id": "small"}, {"id": "other"}]},
                "/props": "<html>not for machines</html>",
                "/api/v0/models/small": {"max_context_length": 99_000, "loaded_context_length": 3_000},
            },
            3_000,
        ),
        ({"/v1/models": {"data": []}}, 4_096),
        ({}, 4_096),
    ],
    ids=["vllm", "told", "other name", "llama.cpp", "lm studio", "not told", "no list"],
)
def test_the_prompt_keeps_to_the_context_of_the_model(server: OpenAIServer, gets: dict[str, Any], context: int) -> None:
    server.gets = gets
    server.replies = [Says(FENCED)]
    with agent(server) as asked:
        asked.draft("how many customers are there in Germany?")

    with Agent.connect(model=f"openai:small@{server.url}", today=TODAY) as asked:
        server.gets = {"/v1/models": {"data": [{"id": "small", "max_model_len": context}]}}
        server.replies = [Says(FENCED)]
        asked.draft("how many customers are there in Germany?")
    server.gets["/v1/models"] = {"data": [{"id": "small", "max_model_len": 16_000}]}
    server.replies = [Says(FENCED)]
    with agent(server) as asked:
        asked.draft("how many customers are there in Germany?")

    # That of a model whose server tells the same in the plainest way, and smaller than that of a longer one.
    assert server.prompt(0) == server.prompt(1)
    assert server.requests[0]["max_tokens"] == server.requests[1]["max_tokens"]
    assert len(server.prompt(0)) < len(server.prompt(2))


def test_the_setting_says_the_context_where_the_server_does_not(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.gets = {}
    server.replies = [Says(FENCED), Says(FENCED)]
    with agent(server) as asked:
        asked.draft("how many customers are there in Germany?")
    monkeypatch.setenv("SQLWRIGHT_MAX_CONTEXT", "16000")
    with agent(server) as asked:
        asked.draft("how many customers are there in Germany?")

    assert len(server.prompt(0)) < len(server.prompt(1))


def test_what_a_model_does_is_told_while_it_does_it(server: OpenAIServer) -> None:
    server.replies = [Says(FENCED, thinking="Customers, then.", after=0.5)]
    heard: list[Drafting] = []
    with agent(server) as asked:
        asked.draft("how many customers in Germany", listen=heard.append)

    stages = [drafting.stage for drafting in heard]
    assert list(dict.fromkeys(stages)) == ["waiting", "thinking", "writing"]
    assert "".join(drafting.text for drafting in heard if drafting.stage == "thinking") == "Customers, then."
    assert "".join(drafting.text for drafting in heard if drafting.stage == "writing") == FENCED


def test_a_server_that_still_loads_is_waited_for(server: OpenAIServer) -> None:
    loading = Fails(503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}})
    server.replies = [loading, loading, Says(FENCED)]
    heard: list[Drafting] = []
    with agent(server) as asked:
        asked.draft("how many customers in Germany", listen=heard.append)

    assert "loading" in {drafting.stage for drafting in heard}
    assert len(server.requests) == 3


def test_a_server_that_loads_for_ever_is_given_up(server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_LOAD_TIMEOUT", "1")
    server.replies = [Fails(503, {"error": {"message": "Loading model"}})] * 50
    with agent(server) as asked, pytest.raises(ModelError, match=r"small wrote nothing within 1 seconds.*load_timeout"):
        asked.ask("how many customers in Germany")


def test_a_whole_text_goes_to_completions(server: OpenAIServer) -> None:
    server.gets = {"/v1/models": {"data": [{"id": "sqlcoder-7b-2", "max_model_len": 16_384}]}}
    server.replies = [Says(f" {GERMANS};")]
    with agent(server, "sqlcoder-7b-2") as asked:
        assert asked.ask("how many customers in Germany").columns == ("n",)

    assert server.paths[-1] == "/v1/completions"
    assert "### Task" in server.requests[0]["prompt"]


TOO_LONG: list[Reply] = [
    Fails(400, {"error": {"code": 400, "message": "too long", "type": "exceed_context_size_error", "n_ctx": 2_048}}),
    Fails(400, {"object": "error", "message": "This model's maximum context length is 4096 tokens. However, you"}),
    Sends((event(error={"message": "The number of tokens is greater than the context length"}),)),
    Says(FENCED, tokens=2_048),
]


@pytest.mark.parametrize("reply", TOO_LONG, ids=["llama.cpp", "vllm", "lm studio", "cut in silence"])
def test_a_prompt_that_is_too_long_is_reported_and_made_smaller(server: OpenAIServer, reply: Reply) -> None:
    server.gets = {"/v1/models": {"data": [{"id": "small", "max_model_len": 131_072}]}}
    server.replies = [reply, Says(FENCED, tokens=700)]
    heard: list[Drafting] = []
    with agent(server) as asked:
        answer = asked.ask("how many customers in Germany, and which were the last ten orders?", listen=heard.append)

    assert len(server.prompt(1)) < len(server.prompt(0))
    assert "shortened" in {drafting.stage for drafting in heard}
    assert any("the prompt was too long for small" in said for said in answer.assumptions)


def test_what_a_server_says_that_it_reads_is_remembered(server: OpenAIServer) -> None:
    server.gets = {"/v1/models": {"data": [{"id": "small", "max_model_len": 131_072}]}}
    server.replies = [
        Fails(400, {"error": {"message": "too long", "type": "exceed_context_size_error", "n_ctx": 3_000}}),
        Says(FENCED, tokens=700),
        Says(FENCED, tokens=700),
    ]
    with agent(server) as asked:
        assert asked.ask("how many customers in Germany").assumptions
        assert not asked.ask("how many customers in Germany").assumptions

    first, *others = (estimate_tokens(server.prompt(number)) for number in range(3))
    assert first > 2_000 > max(others)
    assert all(request["max_tokens"] < 1_000 for request in server.requests[1:])


LINES: list[tuple[Reply, str, str]] = [
    (Fails(500, {"error": {"message": "out of\nmemory"}}), "refuses the request: out of memory", "another"),
    (Fails(502, "<html>bad gateway</html>"), "refuses the request: status 502", "another"),
    (
        Fails(404, {"error": {"message": "The model `small` does not exist."}}),
        "has no model small: The model",
        "v1/models",
    ),
    (Fails(400, {"detail": "bad request"}), "refuses the request: bad request", "another"),
    (Fails(400, {"error": "plain text"}), "refuses the request: plain text", "another"),
    (Sends((event(error={"message": "cuda died"}),)), "refuses the request: cuda died", "another"),
    (Sends((event(choices=[{"delta": {"content": "SELECT"}}]),)), "was lost in the middle", "ask again"),
    (Says(FENCED, finished=False), "was lost in the middle", "ask again"),
    (Sends(()), "was lost in the middle", "ask again"),
    (Sends(("<html>it works</html>\n\n",)), "does not speak OpenAI's protocol", "URL"),
    (Sends(("data: <html>\n\n",)), "does not speak OpenAI's protocol", "URL"),
    (Sends(("data: [1]\n\n",)), "does not speak OpenAI's protocol", "URL"),
    (Says("I like the sea."), "small wrote no SQL but: I like the sea.", "other"),
    (Says("```sql\nSELECT", reason="length"), "did not come to an end of its SQL within", "simpler"),
    (Says("word " * 9_000), "did not come to an end of its SQL within", "simpler"),
]


@pytest.mark.parametrize(("reply", "message", "hint"), LINES, ids=[message[:28] for _, message, _ in LINES])
def test_a_failure_of_the_model_is_one_line(server: OpenAIServer, reply: Reply, message: str, hint: str) -> None:
    server.replies = [reply]
    with agent(server) as asked, pytest.raises(ModelError) as caught:
        asked.ask("how many customers")

    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)
    assert len(caught.value.message) < 250


def test_a_model_that_falls_silent_is_given_up(server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_MODEL_TIMEOUT", "0.5")
    server.replies = [Sends((event(choices=[{"delta": {"content": "SELECT"}}]),), server.over)]
    with agent(server) as asked, pytest.raises(ModelError, match=r"fell silent for 0\.5 seconds"):
        asked.ask("how many customers")


def test_a_server_that_is_not_there_is_said(server: OpenAIServer) -> None:
    with OpenAIServer().running() as gone:
        pass
    with agent(gone) as asked, pytest.raises(ModelError, match=f"no server answers at {gone.url}/v1 .*--model builtin"):
        asked.ask("how many customers")


@pytest.mark.parametrize("name", ["SQLWRIGHT_OPENAI_KEY", "OPENAI_API_KEY"])
def test_the_key_comes_from_the_environment_and_is_in_no_message(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(0)
    monkeypatch.setenv(name, KEY)
    said = {"error": {"message": f"Incorrect API key provided: {KEY}."}}
    server.replies = [Fails(401, said), Fails(400, said), Says(FENCED)]
    with agent(server) as asked:
        for expected in ("refuses the key", "Incorrect API key provided: …"):
            with pytest.raises(ModelError, match=expected) as caught:
                asked.ask("how many customers in Germany")
            assert KEY not in str(caught.value)
        assert asked.ask("how many customers in Germany").columns == ("n",)
        assert KEY not in f"{asked.settings!r} {openai_address(asked.settings, f'small@{server.url}')!r}"

    assert {sent["authorization"] for sent in server.headers} == {f"Bearer {KEY}"}
    assert KEY not in caplog.text


def test_a_server_that_wants_a_key_is_said(server: OpenAIServer) -> None:
    server.replies = [Fails(401, {"error": {"message": "Invalid API Key"}})]
    with agent(server) as asked, pytest.raises(ModelError, match=r"put its key into the .* SQLWRIGHT_OPENAI_KEY"):
        asked.ask("how many customers in Germany")


def test_the_usual_key_goes_to_no_other_machine_unless_over_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SQLWRIGHT_OPENAI_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    keys = {
        url: openai_address(load_settings(), f"x@{url}").key
        for url in ("http://box:8000", "https://box", "http://localhost:1")
    }

    assert keys == {"http://box:8000": "", "https://box": KEY, "http://localhost:1": KEY}


def test_neither_a_proxy_nor_a_redirect_carries_the_prompt_away(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAIServer().running() as other:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, other.url)
        server.replies = [
            Fails(307, {"error": {"message": "moved"}}, f"{other.url}/v1/chat/completions"),
            Says(FENCED),
        ]
        with agent(server) as asked:
            with pytest.raises(ModelError, match="refuses the request: moved"):
                asked.ask("how many customers in Germany")
            asked.ask("how many customers in Germany")

        assert not other.paths


@pytest.mark.parametrize(
    "named",
    [
        "gpt",
        "gpt@",
        "@http://box",
        "gpt@box:8000",
        "gpt@ftp://box",
        "gpt@http://box:port",
        "gpt@http://",
        "gpt@http://box?x=1",
    ],
)
def test_what_is_no_address_is_said(named: str) -> None:
    with pytest.raises(UsageError, match="write openai:NAME@URL"):
        openai_address(load_settings(), named)


def test_a_key_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="set the environment variable SQLWRIGHT_OPENAI_KEY") as caught:
        openai_address(load_settings(), f"gpt@http://me:{KEY}@box/v1")
    assert KEY not in str(caught.value)


def test_a_name_may_hold_an_at_sign() -> None:
    address = openai_address(load_settings(), "org/model@q4@https://box:8443/serving/v1")

    assert (address.model, address.url, address.root) == (
        "org/model@q4",
        "https://box:8443/serving/v1",
        "https://box:8443/serving",
    )

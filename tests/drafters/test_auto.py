"""What `auto` chooses: the best model that is pulled, else the built-in drafter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from socket import socket
from threading import Thread

import pytest

from agent import Agent
from agent.config import load_settings
from agent.drafters import load_drafter
from agent.drafters.auto import PulledModel, best, pulled
from agent.ollama_address import OllamaAddress, ollama_address
from tests.drafters.ollama_server import Model, OllamaServer


def chosen(*models: Model) -> str:
    with OllamaServer().running() as server:
        server.models = list(models)
        return load_drafter(load_settings(model="auto", ollama=server.url)).name


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Model("sqlcoder:7b"), Model("qwen2.5-coder:32b", "32.8B")),
        (Model("qwen2.5-coder:7b"), Model("llama3.3:70b", "70.6B")),
        (Model("qwen2.5-coder:14b", "14.8B"), Model("qwen2.5-coder:7b", "7.6B")),
        (Model("qwen3:8b", "8.2B"), Model("qwen3:600m", "751.63M")),
        (Model("hf.co/Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q4_K_M"), Model("mistral:7b")),
        (Model("qwen2.5-coder:0.5b", "494.03M"), Model("mymodel:latest", "8B")),
        (Model("somebodys/own:latest", "3B"), Model("somebodys/own:small", "1B")),
    ],
    ids=lambda model: model.name,
)
def test_the_better_of_two_models_is_chosen(better: Model, worse: Model) -> None:
    assert chosen(worse, better) == chosen(better, worse) == f"ollama:{better.name}"


@pytest.mark.parametrize(
    "model",
    [
        Model("nomic-embed-text:latest", "7B", "nomic-bert"),
        Model("mxbai-embed-large:latest", "1B"),
        Model("qwen3-embedding:8b", "7.6B", "qwen3"),
        Model("something:latest", "1B", "bert"),
        Model("smollm2:135m", "134.52M"),
        Model("starcoder2:15b-base", "16B"),
        Model("qwen3-coder:480b-cloud", "480B"),
        Model("renamed:latest", "480B", remote="qwen3-coder:480b"),
        Model("unknown:latest", ""),
    ],
    ids=lambda model: model.name,
)
def test_what_cannot_draft_here_is_never_chosen(model: Model) -> None:
    assert chosen(model) == "builtin"
    assert chosen(model, Model("llama3.2:1b", "1.2B")) == "ollama:llama3.2:1b"


def test_without_a_model_it_is_the_builtin_drafter() -> None:
    assert chosen() == "builtin"


def test_without_a_server_it_is_the_builtin_drafter(shop: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer().running() as server:
        url = server.url
    monkeypatch.setenv("SQLWRIGHT_OLLAMA", url)
    with Agent.connect(model="auto", today=date(2026, 11, 21)) as agent:
        assert agent.drafter_name == "builtin"
        assert agent.ask("how many customers") == shop.ask("how many customers")


def test_the_model_that_is_chosen_is_asked(ollama: OllamaServer) -> None:
    ollama.queue("```sql\nSELECT COUNT(*) AS n FROM customers\n```")
    with Agent.connect(model="auto", today=date(2026, 11, 21)) as agent:
        assert agent.drafter_name == "ollama:fake:latest"
        assert agent.ask("how many customers").columns == ("n",)
    assert ollama.requests[0]["model"] == "fake:latest"


@contextmanager
def listening(answer: bytes) -> Iterator[OllamaAddress]:
    """A port that answers the first request with these bytes, and with silence where there are none."""
    with closing(socket()) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def serve() -> None:
            calls = []
            try:
                while True:
                    calls.append(server.accept()[0])
                    if answer:
                        calls[-1].sendall(answer)
                        calls[-1].close()
            except OSError:
                for call in calls:
                    call.close()

        thread = Thread(target=serve)
        thread.start()
        try:
            yield OllamaAddress("http", "127.0.0.1", server.getsockname()[1])
        finally:
            server.shutdown(2)
            thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhome",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"models": [5]}',
        b'HTTP/1.1 404 Not Found\r\nContent-Length: 14\r\n\r\n{"error": "x"}',
    ],
)
def test_what_is_no_ollama_has_no_models(answer: bytes) -> None:
    with listening(answer) as address:
        assert pulled(address) == ()


def test_what_is_pulled_is_read() -> None:
    with OllamaServer().running() as server:
        server.models = [Model("a:1", "7.6B", "llama"), Model("b:2", "494.03M", "qwen2")]
        read = pulled(ollama_address(load_settings(ollama=server.url)))

    assert read == (PulledModel("a:1", 7.6e9, "llama"), PulledModel("b:2", 494.03e6, "qwen2"))
    assert best(read) == "a:1"

"""What `auto` chooses: the best model that is pulled, else the built-in drafter."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from agent import Agent
from agent.config import load_settings
from agent.drafters import load_drafter
from agent.drafters.auto import best, pulled_at_once
from agent.drafters.pulled import PulledModel, pulled
from agent.ollama_address import ollama_address
from tests.drafters.ollama_server import Model, OllamaServer
from tests.drafters.raw_server import listening

ROOT = Path(__file__).parents[2]


def chosen(*models: Model, db: str | None = None) -> str:
    with OllamaServer().running() as server:
        server.models = list(models)
        return load_drafter(load_settings(model="auto", ollama=server.url, db=db)).name


# The order that docs/models.md tells, for any database.
RANKED = [
    Model("hf.co/mradermacher/Arctic-Text2SQL-R1-7B-GGUF:Q4_K_M"),
    Model("hf.co/someone/XiYanSQL-QwenCoder-3B-2504-GGUF:latest", "3.1B"),
    Model("hf.co/seeklhy/OmniSQL-7B-GGUF:Q4_K_M"),
    Model("qwen2.5-coder:32b", "32.8B"),
    Model("hf.co/Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q4_K_M"),
    Model("gpt-oss:20b", "20.9B", "gptoss"),
    Model("qwen3:8b", "8.2B", "qwen3"),
    Model("devstral:24b", "23.6B", "llama"),
    Model("gemma3:12b", "12.2B", "gemma3"),
    Model("llama3.1:8b", "8.0B", "llama"),
    Model("qwen2.5-coder:3b", "3.1B"),
    Model("llama3.2:3b", "3.2B", "llama"),
    Model("sqlcoder:7b", "7B", "llama"),
    Model("deepseek-coder:6.7b", "6.7B", "llama"),
    Model("mistral:7b", "7.2B", "llama"),
    Model("somebodys/own:latest", "3B"),
    Model("somebodys/own:small", "1B"),
]


def test_the_models_have_an_order() -> None:
    with OllamaServer().running() as server:
        server.models = list(reversed(RANKED))
        settings = load_settings(model="auto", ollama=server.url)
        taken = []
        while (name := load_drafter(settings).name) != "builtin":
            taken.append(name)
            server.models = [model for model in server.models if f"ollama:{model.name}" != name]

    assert taken == [f"ollama:{model.name}" for model in RANKED]


def test_the_documents_have_the_same_order() -> None:
    lines = (ROOT / "agent/drafters/preferences.txt").read_text("utf-8").splitlines()
    patterns = [line.split()[0] for line in lines if line and line[0] not in "#!["]
    table = (ROOT / "docs/models.md").read_text("utf-8").partition("| --- |")[2].partition("\n\n")[0]

    assert re.findall(r"`(\S+)`", table) == patterns


SQLCODER, NSQL = Model("sqlcoder:7b", "7B", "llama"), Model("duckdb-nsql:7b", "6.7B", "llama")
LLAMA, QWEN = Model("llama3.1:8b", "8.0B", "llama"), Model("qwen3:8b", "8.2B", "qwen3")


@pytest.mark.parametrize(
    ("db", "models", "name"),
    [
        ("postgresql://ann@host/shop", [LLAMA, SQLCODER, NSQL], "sqlcoder:7b"),
        ("postgresql://ann@host/shop", [QWEN, SQLCODER], "qwen3:8b"),
        ("redshift://ann@host/shop", [LLAMA, SQLCODER], "sqlcoder:7b"),
        ("shop.duckdb", [LLAMA, SQLCODER, NSQL], "duckdb-nsql:7b"),
        ("shop.duckdb", [LLAMA, SQLCODER], "sqlcoder:7b"),
        ("shop.db", [LLAMA, SQLCODER, NSQL], "llama3.1:8b"),
        ("mysql://ann@host/shop", [SQLCODER, NSQL], "sqlcoder:7b"),
        ("${NO_SUCH_VARIABLE}", [LLAMA, SQLCODER], "llama3.1:8b"),
    ],
)
def test_the_dialect_counts(db: str, models: list[Model], name: str) -> None:
    assert chosen(*models, db=db) == f"ollama:{name}"


def test_one_that_writes_only_another_dialect_is_never_chosen() -> None:
    assert chosen(NSQL) == "builtin"
    assert chosen(NSQL, db="mysql://ann@host/shop") == "builtin"


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Model("qwen2.5-coder:14b", "14.8B"), Model("qwen2.5-coder:7b", "7.6B")),
        (Model("qwen3:8b", "8.2B"), Model("qwen3:600m", "751.63M")),
        (Model("mymodel:latest", "8B"), Model("qwen2.5-coder:0.5b", "494.03M")),
    ],
    ids=lambda model: model.name,
)
def test_the_larger_of_two_models_is_chosen(better: Model, worse: Model) -> None:
    assert chosen(worse, better) == chosen(better, worse) == f"ollama:{better.name}"


def test_one_that_is_larger_than_the_memory_is_passed_over_where_that_is_known() -> None:
    huge = Model("qwen2.5-coder:32b", "32.8B", size=10**15)

    assert chosen(huge, Model("llama3.1:8b", "8B")) == "ollama:llama3.1:8b"
    assert chosen(huge) == "builtin"
    read = PulledModel(huge.name, 32.8e9, size=huge.size)
    assert best([read], "sqlite", here=False) == read
    with OllamaServer().running() as server:
        server.models = [huge]
        named = load_settings(model=f"ollama:{huge.name}", ollama=server.url)
        assert load_drafter(named).name == f"ollama:{huge.name}"


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
        assert pulled_at_once(address) == ()


def test_what_is_pulled_is_read() -> None:
    with OllamaServer().running() as server:
        server.models = [Model("a:1", "7.6B", "llama", size=5), Model("b:2", "494.03M", "qwen2", remote="b")]
        read = pulled(ollama_address(load_settings(ollama=server.url)), 5.0)

    assert read == (
        PulledModel("a:1", 7.6e9, "llama", size=5),
        PulledModel("b:2", 494.03e6, "qwen2", size=4_000_000_000, remote=True),
    )

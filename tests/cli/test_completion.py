"""What the shell is offered; tests/cli/test_terminal.py presses Tab in a real one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.cli.completion import databases, models, offered_models
from agent.suggested_model import USUAL
from tests.drafters.ollama_server import Model, OllamaServer


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "sqlwright.yaml"


def test_databases_are_connections_and_files(here: Path) -> None:
    here.write_text("connections: {shop: a.db, stock: b.db, files: c.db}\n")
    (here.parent / "sales.db").touch()
    (here.parent / ".secret.db").touch()
    (here.parent / "sub").mkdir()
    (here.parent / "sub" / "old.db").touch()

    assert databases("s") == ["shop", "stock", "sales.db", "sqlwright.yaml", "sub/"]
    assert databases("sub/") == ["sub/old.db"]
    assert databases("./sa") == ["./sales.db"]
    assert databases("nowhere/") == databases("sqlite:///s") == databases("zzz") == []


@pytest.mark.parametrize("text", ["connections: [", "connections: 3", "connections: {1: a.db}"])
def test_bad_settings_are_no_hindrance(text: str, here: Path) -> None:
    here.write_text(text)

    assert "sqlwright.yaml" in databases("")
    assert models("bui") == ["builtin"]


def test_models_are_those_that_are_pulled(monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer().running() as server:
        server.models = [Model("qwen2.5-coder:7b"), Model("llama3.2:3b")]
        monkeypatch.setenv("SQLWRIGHT_OLLAMA", server.url)

        pulled = ["ollama:qwen2.5-coder:7b", "ollama:llama3.2:3b"]
        assert models("") == ["auto", "builtin", *pulled, "openai:", "replay:"]
        assert models("ollama:l") == ["ollama:llama3.2:3b"]
    assert models("") == ["auto", "builtin", "openai:", "replay:"]


def test_replies_are_files(here: Path) -> None:
    (here.parent / "replies.jsonl").touch()

    assert models("replay:rep") == ["replay:replies.jsonl"]


def test_models_to_pull_are_offered() -> None:
    assert offered_models("qwen2.5-coder:7") == ["qwen2.5-coder:7b"]
    assert offered_models("")[0] == USUAL


@pytest.mark.parametrize(
    ("words", "offered"), [("agent ask --db sql", "sqlwright.yaml"), ("agent conn", "connections")]
)
def test_completion_loads_nothing_heavy(words: str, offered: str, here: Path) -> None:
    here.write_text("connections: {shop: a.db}\n")
    root = str(Path(__file__).parents[2])
    variables = {"_AGENT_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    code = (
        "import atexit, sys; sys.argv = ['agent']; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
        "from agent.cli import main; main()"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=here.parent,
        env=os.environ | variables | {"PYTHONPATH": root},
    )

    assert offered in done.stdout.split()
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "typer" in loaded
    assert not loaded & {"pydantic_settings", "sqlglot", "numpy", "chromadb", "sqlalchemy", "ollama", "httpx", "torch"}

"""`agent models`: what is pulled, which model auto takes and why, and pulling one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agent.cli.app import app
from agent.cli.models import HEAD
from tests.drafters.ollama_server import Model, OllamaServer
from tests.drafters.raw_server import listening

if sys.platform == "win32":
    pytest.skip("pseudo-terminals", allow_module_level=True)

from tests.cli.terminal import agent, terminal

FACTS = {"block_count": 28, "attention.head_count": 28, "attention.head_count_kv": 4, "embedding_length": 3584}
QWEN = Model("qwen2.5-coder:7b", size=4_683_087_332, facts=FACTS)
LLAMA = Model("llama3.1:8b", "8.0B", "llama", 131_072, loaded=8_192)
NOMIC = Model("nomic-embed-text:latest", "137M", "nomic-bert", 2_048)
DIGEST = "sha256:6a0746a1ec1aef3e7ec53868f220ff6e389f6f8ef87a01d77c96807de94ca2aa"


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    with OllamaServer().running() as server:
        server.models = [NOMIC, LLAMA, QWEN]
        monkeypatch.setenv("SQLWRIGHT_OLLAMA", server.url)
        monkeypatch.setenv("SQLWRIGHT_MODEL", "auto")
        yield server


def models(*options: str) -> Result:
    return CliRunner().invoke(app, ["models", *options], env={"COLUMNS": "200"})


def test_models_are_listed_with_what_they_need(ollama: OllamaServer) -> None:
    result = models()

    assert result.exit_code == 0
    head, *rows = result.stdout.splitlines()
    assert head.split() == list(filter(None, HEAD))
    assert [row.split()[: 2 if row.startswith("*") else 1] for row in rows] == [
        ["*", "qwen2.5-coder:7b"],
        ["llama3.1:8b"],
        ["nomic-embed-text:latest"],
    ]
    # 4.68 GB of weights, 2 * 28 * 4 * 128 * 2 bytes of each of 16,384 tokens, and half a GB of work.
    assert rows[0].split() == [
        "*",
        "qwen2.5-coder:7b",
        "7.6B",
        "4.7",
        "GB",
        "32,768",
        "6.1",
        "GB",
        "it",
        "writes",
        "code",
    ]
    assert "4.0 GB, loaded" in rows[1]
    assert rows[2].endswith("it makes embeddings")
    assert "auto takes qwen2.5-coder:7b for sqlite: it writes code." in result.stderr
    assert " GB of memory" in result.stderr
    assert models("--quiet").stderr == ""


def test_a_smaller_window_needs_less(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_MAX_CONTEXT", "4096")

    assert " 5.4 GB " in models().stdout


def test_models_are_records_for_programs(ollama: OllamaServer) -> None:
    told = json.loads(models("--format", "json").stdout)

    assert told["version"] == 1
    assert told["dialect"] == "sqlite"
    assert told["memory"]["main"] > 0
    assert [model["taken"] for model in told["models"]] == [True, False, False]
    first = told["models"][0]
    assert first["needs"] == 4_683_087_332 + 16_384 * 57_344 + 500_000_000
    assert (first["context"], first["window"], first["loaded"]) == (32_768, 16_384, 0)


def test_the_dialect_of_the_database_counts(ollama: OllamaServer) -> None:
    ollama.models = [Model("sqlcoder:7b", "7B", "llama"), LLAMA]

    assert "auto takes llama3.1:8b for sqlite" in models().stderr
    postgres = models("--db", "postgresql://ann:secret@host/shop")
    assert "auto takes sqlcoder:7b for postgres: it is tuned to write PostgreSQL." in postgres.stderr
    assert "secret" not in postgres.output


def test_one_that_does_not_fit_is_told(ollama: OllamaServer) -> None:
    ollama.models = [Model("qwen2.5-coder:32b", "32.8B", size=10**15, facts=FACTS)]

    result = models()

    assert "it is larger than the memory of this machine" in result.stdout
    assert "auto takes none of these for sqlite, but the built-in drafter. agent models pull qwen" in result.stderr


def test_without_any_it_is_told_how_to_get_one(ollama: OllamaServer) -> None:
    ollama.models = []

    result = models()

    assert (result.exit_code, result.stdout) == (0, "")
    assert "auto takes no model, because Ollama has none" in result.stderr.replace(" for sqlite", "")
    assert "agent models pull qwen2.5-coder:" in result.stderr


def test_a_server_without_all_of_the_protocol_is_listed_too(ollama: OllamaServer) -> None:
    # As of models that are not GGUF files.
    ollama.models = [Model("strange:latest", "8B", "", context=0, capabilities=None, size=0)]

    result = models()

    assert "*  strange:latest" in result.stdout
    assert "Traceback" not in result.output


@pytest.mark.parametrize("options", [(), ("pull", "qwen2.5-coder:7b")])
def test_without_a_server_it_is_one_line(
    options: tuple[str, ...], ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLWRIGHT_OLLAMA", "http://127.0.0.1:9")

    result = models(*options)

    assert (result.exit_code, result.stdout) == (5, "")
    error, hint = result.stderr.splitlines()
    assert error == "error: Ollama does not answer at http://127.0.0.1:9"
    assert hint.startswith("hint: get it from https://ollama.com and start it with `ollama serve`")


@pytest.mark.parametrize(
    ("answer", "error", "hint"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "Ollama does not answer at {url}", "ollama serve"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhome", "what answers at {url} is not Ollama", "setting ollama"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "what answers at {url} is not Ollama", "setting ollama"),
        (
            b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
            "what answers at {url} is not Ollama",
            "setting ollama",
        ),
        (b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "Ollama at {url} refuses this user", "ollama_headers"),
        (
            b'HTTP/1.1 502 Bad\r\nContent-Length: 18\r\n\r\n{"error": "\x1b[2J"}\n\n',
            "Ollama at {url} fails",
            "see what the server says",
        ),
    ],
)
def test_what_is_no_ollama_is_one_line(
    answer: bytes, error: str, hint: str, ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(answer) as address:
        monkeypatch.setenv("SQLWRIGHT_OLLAMA", address.url)
        results = [models(), models("pull", "qwen2.5-coder:7b")]

    assert [result.exit_code for result in results] == [5, 5]
    told = results[0].stderr.splitlines()
    assert len(told) == 2
    assert error.format(url=address.url) in told[0]
    assert hint in told[1]
    assert "\x1b" not in results[0].stderr


def test_headers_go_along(ollama: OllamaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOKEN", "s3cret")
    (tmp_path / "sqlwright.yaml").write_text("ollama_headers: {X-Token: 'Bearer ${TOKEN}'}\n")

    shown = models(), models("pull", "qwen2.5-coder:7b")

    assert [result.exit_code for result in shown] == [0, 0]
    assert len(ollama.headers) > 8
    assert {headers.get("x-token") for headers in ollama.headers} == {"Bearer s3cret"}
    assert "s3cret" not in "".join(result.output for result in shown)


def layers(*done: int, total: int = 4_683_073_184) -> Iterator[dict[str, Any]]:
    for count in done:
        yield {"status": "pulling 6a0746a1ec1a", "digest": DIGEST, "total": total, "completed": count}


def test_a_model_is_pulled(ollama: OllamaServer) -> None:
    ollama.pulled = [
        {"status": "pulling manifest"},
        *layers(0, 2_000_000_000, 4_683_073_184),
        {"status": "pulling 832dd9e00a68", "digest": "sha256:832dd9e00a68", "total": 11_343, "completed": 11_343},
        {"status": "verifying sha256 digest"},
        {"status": "writing manifest"},
        {"status": "success"},
    ]
    result = models("pull", "ollama:qwen2.5-coder:7b")

    assert result.exit_code == 0
    assert result.stdout == "qwen2.5-coder:7b is there. To use it, ask with --model ollama:qwen2.5-coder:7b.\n"
    assert result.stderr.splitlines() == [
        "pulling qwen2.5-coder:7b ...",
        "pulling qwen2.5-coder:7b 40 %",
        "pulling qwen2.5-coder:7b 100 %",
        "verifying sha256 digest ...",
        "writing manifest ...",
        "auto takes it: it writes code.",
    ]
    assert models("pull", "qwen2.5-coder:7b", "--quiet").output == ""


@pytest.mark.parametrize(
    ("lines", "error", "hint"),
    [
        ([{"error": "pull model manifest: file does not exist"}], "nobody offers a model qwen9:1b", "/library"),
        (
            [{"error": 'pull model manifest: Get "https://x": dial tcp: lookup x: no such host'}],
            "Ollama cannot fetch qwen9:1b: pull model manifest: Get",
            "reaches the network",
        ),
        (
            [*layers(5), {"error": "write /models/x: no space left on device"}],
            "Ollama cannot keep qwen9:1b",
            "make room",
        ),
        ([*layers(5), {"error": "max retries exceeded: EOF"}], "max retries exceeded: EOF", ""),
        ([{"status": "pulling manifest"}, *layers(5)], "left off while it pulled qwen9:1b", "what has come is kept"),
        ([{"status": [5]}], "is not Ollama", "check the setting ollama"),
    ],
)
def test_a_pull_that_fails_is_one_line(
    lines: list[dict[str, Any]], error: str, hint: str, ollama: OllamaServer
) -> None:
    ollama.pulled = lines

    result = models("pull", "qwen9:1b")

    assert result.exit_code == 5
    told = [line for line in result.stderr.splitlines() if not line.startswith("pulling")]
    assert len(told) == 2
    assert error in told[0]
    assert hint in told[1]


@pytest.mark.parametrize("name", ["", " ", "two words", "ollama:", "a\x1b[2Jb"])
def test_what_is_no_name_is_refused(name: str, ollama: OllamaServer) -> None:
    result = models("pull", name)

    assert result.exit_code == 2
    assert "this is no name of a model" in result.stderr


def test_a_server_that_falls_silent_is_given_up(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def lines() -> Iterator[dict[str, Any]]:
        yield from layers(5)
        ollama.over.wait(30)

    monkeypatch.setenv("SQLWRIGHT_LOAD_TIMEOUT", "0.5")
    ollama.pulled = lines()

    result = models("pull", "qwen9:1b")

    assert result.exit_code == 5
    assert "said nothing for 0.5 seconds while it pulled qwen9:1b" in result.stderr


def coming(server: OllamaServer) -> Iterator[dict[str, Any]]:
    """A download that takes a while."""
    for count in range(600):
        yield from layers(min(count * 100_000_000, 500_000_000))
        if server.over.wait(0.05):
            return


def test_an_interrupt_ends_it_at_once_and_ollama_is_told(ollama: OllamaServer) -> None:
    ollama.pulled = coming(ollama)
    process = subprocess.Popen(agent("models", "pull", "qwen9:1b"), stderr=subprocess.PIPE, text=True)
    assert process.stderr
    assert process.stderr.readline() == "pulling qwen9:1b ...\n"
    assert process.stderr.readline() == "pulling qwen9:1b 10 %\n"

    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=20)[1]

    assert process.returncode == 130
    assert told.splitlines()[-1] == "interrupted"
    assert "Traceback" not in told
    assert ollama.left.wait(10)
    assert time.monotonic() - started < 5


def test_a_terminal_shows_a_bar_that_goes_away(ollama: OllamaServer) -> None:
    ollama.pulled = coming(ollama)
    with terminal(*agent("models", "pull", "qwen9:1b"), columns=120) as shown:
        shown.wait_for("/4.7 GB")
        assert "pulling qwen9:1b" in shown.text
        shown.press("\x03")

        assert shown.end() == 130
        assert shown.text.rstrip().endswith("interrupted")
        # The cursor is shown again.
        assert shown.raw.rindex("\x1b[?25h") > shown.raw.rindex("\x1b[?25l")

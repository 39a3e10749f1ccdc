"""What the README shows is what happens."""

from __future__ import annotations

import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent import Agent
from agent.cli.app import app
from agent.config import Settings
from agent.errors import AgentError

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
TRANSCRIPTS = re.findall(r"^    \$ agent (.+)\n((?:    .*\n|\n(?=    ))*)", README, flags=re.MULTILINE)


@pytest.mark.parametrize(("command", "shown"), TRANSCRIPTS, ids=lambda text: text[:40])
def test_a_transcript_is_what_the_command_prints(command: str, shown: str) -> None:
    # As where nobody has chosen a model, and no Ollama runs.
    environment = {"COLUMNS": "120", "SQLWRIGHT_MODEL": "auto", "SQLWRIGHT_OLLAMA": "http://127.0.0.1:9"}
    result = CliRunner().invoke(app, shlex.split(command), env=environment)
    printed = [line for line in (result.stdout + result.stderr).splitlines() if line.strip()]
    lines = [line.removeprefix("    ").rstrip() for line in shown.splitlines() if line.strip()]

    assert lines
    assert set(lines) <= {line.rstrip() for line in printed}


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) == 2


def test_the_questions_that_the_readme_says_are_read_are_read(shop: Agent) -> None:
    section = README.partition("It reads\n")[2].partition("It does not read")[0]
    questions = re.findall(r"\*([^*\n]+)\*", section)
    dates = section.partition("- dates:")[2].partition("- joins")[0]
    failed = {}
    for question in questions:
        asked = f"orders {question}" if question in dates else question
        try:
            shop.ask(asked)
        except AgentError as error:
            failed[asked] = str(error)

    assert len(questions) > 20
    assert not failed


def test_the_python_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop: Agent) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    with (
        closing(sqlite3.connect(shop.address.url.removeprefix("sqlite:///"))) as source,
        closing(sqlite3.connect(tmp_path / "sales.db")) as target,
    ):
        source.backup(target)
    monkeypatch.chdir(tmp_path)

    exec(compile(block, "README.md", "exec"), {})


def test_every_setting_is_documented() -> None:
    for name in Settings.model_fields:
        assert f"`{name}`" in README

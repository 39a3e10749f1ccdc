"""What a terminal shows while a model drafts, and what is said of its answer."""

from __future__ import annotations

import sys
from typing import get_args, get_type_hints

import pytest
from typer.testing import CliRunner

from agent import Agent
from agent.cli.app import app
from agent.cli.stages import SAID_OF_DRAFTING, heard
from agent.records import Drafting
from tests.conftest import TODAY
from tests.drafters.ollama_server import Loads, OllamaServer, Says

GOOD, QUESTION = "```sql\nSELECT count(*) FROM orders\n```", "how many orders"


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_a_model_that_loads_is_said_to_with_the_seconds(ollama: OllamaServer, shop: Agent) -> None:
    from tests.cli.terminal import agent, terminal

    # So that the index is there, which has a line of its own.
    shop.search(QUESTION)
    ollama.queue(Loads(Says(GOOD), 2.5))
    command = agent("ask", QUESTION, "--model", "ollama:fake", "--today", f"{TODAY}")
    with terminal(*command, SQLWRIGHT_OLLAMA=ollama.url) as shown:
        shown.wait_for("loading fake, 1 s")
        shown.wait_for("loading fake, 2 s")
        assert shown.end() == 0

    assert "Sure     to about" in shown.text
    assert "It rests on a single draft" in shown.text


def test_every_stage_of_a_model_has_words() -> None:
    told: list[str] = []

    class Told:
        def __call__(self, what: str, done: int, total: int) -> None:
            raise AssertionError("no step of indexing")

        def stage(self, what: str) -> None:
            told.append(what)

        def stop(self) -> None:
            raise AssertionError("not yet")

    stages = get_args(get_type_hints(Drafting)["stage"])
    for stage in stages:
        heard(Told())(Drafting(stage, "qwen\x1b[2J"))

    assert len(set(told)) == len(stages) == len(SAID_OF_DRAFTING)
    assert all("qwen" in line and "\x1b" not in line for line in told)


def test_the_envelope_says_what_the_confidence_rests_on(ollama: OllamaServer, shop: Agent) -> None:
    ollama.queue(GOOD, GOOD)
    command = ["ask", QUESTION, "--model", "ollama:fake", "--candidates", "2", "--format", "json", "--quiet"]

    done = CliRunner().invoke(app, command)

    assert done.exit_code == 0, done.stderr
    assert '"confidence_reason": "All 3 drafts give these rows' in done.stdout


def test_a_number_of_candidates_that_is_none_is_refused(shop: Agent) -> None:
    done = CliRunner().invoke(app, ["ask", QUESTION, "--candidates", "0"])

    assert done.exit_code == 2
    assert "candidates" in done.stderr

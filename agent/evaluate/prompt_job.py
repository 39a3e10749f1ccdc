"""What a model would be asked first for a question, without asking it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import AgentError
from agent.evaluate.by_database import by_database
from agent.evaluate.databases import open_database
from agent.evaluate.prepare import Prepared
from agent.evaluate.prompt_client import PromptClient, WithheldError
from agent.evaluate.questions import GoldQuestion
from agent.evaluate.spread import spread
from agent.read_question import read_question
from agent.recall import recall

if TYPE_CHECKING:
    from agent.drafters.model_client import Request
    from agent.pipeline import Agent

# To find the tables of a question and write a text.
SECONDS = 120.0
# What serves models that have names; of the others the prompt is the general one.
SERVERS = ("ollama", "openai")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question, and what a model is asked; or a reason in a line why there is nothing to ask.

    `options` say how it is to be asked: how long the reply may be, where it stops, and how words are drawn. Where `raw`
    is among them the one message is the whole text that the model goes on from.
    """

    question: GoldQuestion
    model: str
    messages: tuple[dict[str, str], ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


def prompts(questions: Sequence[GoldQuestion], folder: Path, prepared: Prepared) -> Generator[Prompt, None, None]:
    """The prompt of each question about the databases in a folder, in any order, from one process a core."""
    server, _, model = prepared.drafter.partition(":")
    job = PromptJob(folder, model if server in SERVERS else "")

    def lost(question: GoldQuestion, reason: str) -> Prompt:
        return Prompt(question, job.model, reason=reason)

    return spread(by_database(questions), job, lost, SECONDS)


@dataclass
class PromptJob:
    """Makes the prompts for a model by its name, with the settings as they are; the last database stays open."""

    folder: Path
    model: str
    _agent: Agent | None = field(default=None, init=False)
    _db: str = field(default="", init=False)
    _release: ExitStack = field(default_factory=ExitStack, init=False)

    def do(self, item: GoldQuestion) -> Prompt:
        """The prompt for a question."""
        from agent.drafters.model_drafter import model_drafter

        try:
            agent = self._open(item)
            context = recall(read_question(item.text, agent.today), agent.index)
            model_drafter(agent.settings, PromptClient(self.model)).draft(context)
        except WithheldError as withheld:
            return Prompt(item, self.model, tuple(withheld.request.messages), _options(withheld.request))
        except AgentError as error:
            return Prompt(item, self.model, reason=str(error))
        raise AssertionError("a drafter asks its model")

    def _open(self, question: GoldQuestion) -> Agent:
        if self._agent is None or self._db != question.db:
            self._release.close()
            self._agent = self._release.enter_context(open_database(self.folder, question.db, "builtin"))
            self._db = question.db
        return self._agent


def _options(request: Request) -> dict[str, Any]:
    said = {**request.sampling, "max_tokens": request.reply_tokens}
    return said | ({"stop": list(request.stop)} if request.stop else {}) | ({"raw": True} if request.raw else {})

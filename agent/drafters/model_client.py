"""What a model is asked and what it replies, alike for every server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from agent.drafters import Listen

Think = bool | Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model is: the tokens that it reads and writes at most, and whether it can be told how to think.

    `thinks` is None where the server does not tell it.
    """

    context: int
    thinks: bool | None = False


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model: `attempt` counts its repairs, `variation` the drafts beside the first.

    Where `raw` is true `user` is the whole text that the model goes on from, and no chat format is put around it.
    `window` is the size of the context in tokens, of which `reply_tokens` are for the reply. `sampling` has Ollama's
    names. `think` is None where the model is told nothing of it.
    """

    question: str
    system: str
    user: str
    window: int
    reply_tokens: int
    attempt: int = 0
    variation: int = 0
    raw: bool = False
    sampling: Mapping[str, float | int] = field(default_factory=dict)
    stop: tuple[str, ...] = ()
    think: Think | None = None

    @property
    def messages(self) -> list[dict[str, str]]:
        """The messages of a chat; a system message only where there is something in it."""
        said = (("system", self.system), ("user", self.user))
        return [{"role": role, "content": text} for role, text in said if text]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote, without thoughts that its server tells apart.

    `cut` says that it was stopped by the bound on its length. `prompt_tokens` are those that it has read, None where
    the server does not tell it.
    """

    text: str
    cut: bool = False
    prompt_tokens: int | None = None


class TooLongError(Exception):
    """The server refuses a prompt that is longer than the model reads; `context` is what it reads, if that is told."""

    def __init__(self, context: int | None = None) -> None:
        super().__init__("the prompt is too long")
        self.context = context


class ModelClient(Protocol):
    """One model on one server; both calls raise ModelError, with what to do, and what `listen` raises, at once.

    They block, so that an event loop calls them in a thread; `listen` is called there, and may be what cancels them.
    """

    @property
    def name(self) -> str:
        """The drafter that asks it, as the setting `model` names it."""
        ...

    @property
    def model(self) -> str:
        """Its name on its server."""
        ...

    def card(self, listen: Listen) -> ModelCard:
        """What the server says of the model."""
        ...

    def chat(self, request: Request, listen: Listen) -> Reply:
        """The reply; TooLongError where the server says that the prompt is more than the model reads."""
        ...

"""What turns a context into SQL: language models, and the built-in drafter that needs none."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from agent.errors import UsageError
from agent.records import Attempt, Context, Draft, Drafting

if TYPE_CHECKING:
    from agent.config import Settings

DRAFTERS = {"builtin": "agent.drafters.builtin", "auto": "agent.drafters.auto"}
"""The drafters, and the module of each, whose `load(settings)` makes it."""

SERVERS = {
    "ollama": "agent.drafters.ollama",
    "openai": "agent.drafters.openai",
    "replay": "agent.drafters.replay",
}
"""What serves models, and the module of each, whose `load(settings, name)` makes the drafter of one."""

NAMES = {"openai": "NAME@URL", "replay": "FILE"}
"""What stands after the colon where it is more than the name of a model."""


Listen = Callable[[Drafting], None]
"""Is told of every sign of life, and at least ten times a second; what it raises ends the draft at once."""


def unheard(drafting: Drafting) -> None:
    """Listens to nothing."""


class Drafter(Protocol):
    """Drafts SQL for a question; `failed` are its earlier drafts with what was wrong with them."""

    @property
    def name(self) -> str:
        """What drafts, as the setting `model` names it, such as builtin or ollama:qwen2.5-coder:7b."""
        ...

    def draft(self, context: Context, failed: tuple[Attempt, ...] = (), listen: Listen = unheard) -> Draft:
        """The next draft; one that takes its time tells `listen` of it.

        Raises NotUnderstoodError when the drafter cannot read the question, ModelError when its model does
        not answer, and what `listen` raises.
        """
        ...


@runtime_checkable
class Varying(Protocol):
    """A drafter that can answer the same question in several ways."""

    def varied(self, number: int) -> Drafter:
        """The drafter that drafts otherwise than this one, and alike for the same `number`, which is 1 or more."""
        ...


def load_drafter(settings: Settings) -> Drafter:
    """The drafter that the setting `model` names; UsageError when there is none of that name."""
    server, _, model = settings.model.partition(":")
    drafter: Drafter
    if settings.model in DRAFTERS:
        drafter = import_module(DRAFTERS[settings.model]).load(settings)
    elif server in SERVERS and model.strip():
        drafter = import_module(SERVERS[server]).load(settings, model.strip())
    else:
        choices = [*DRAFTERS, *(f"{name}:{NAMES.get(name, 'NAME')}" for name in SERVERS)]
        raise UsageError(
            f"model: {settings.model!r} is not a drafter that sqlwright has", f"choose {', '.join(choices)}"
        )
    return drafter

"""What turns a context into SQL: language models, and the built-in drafter that needs none."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from agent.errors import UsageError
from agent.records import Attempt, Context, Draft

if TYPE_CHECKING:
    from agent.config import Settings

DRAFTERS = {"builtin": "agent.drafters.builtin", "auto": "agent.drafters.auto"}
"""The drafters, and the module of each, whose `load(settings)` makes it."""

SERVERS = {"ollama": "agent.drafters.ollama"}
"""What serves models, and the module of each, whose `load(settings, name)` makes the drafter of one."""


class Drafter(Protocol):
    """Drafts SQL for a question; `failed` are its earlier drafts with what was wrong with them."""

    @property
    def name(self) -> str:
        """What drafts, as the setting `model` names it, such as builtin or ollama:qwen2.5-coder:7b."""
        ...

    def draft(self, context: Context, failed: tuple[Attempt, ...] = ()) -> Draft:
        """The next draft.

        Raises NotUnderstoodError when the drafter cannot read the question, ModelError when its model does
        not answer.
        """
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
        choices = [*DRAFTERS, *(f"{name}:NAME" for name in SERVERS)]
        raise UsageError(
            f"model: {settings.model!r} is not a drafter that sqlwright has", f"choose {', '.join(choices)}"
        )
    return drafter

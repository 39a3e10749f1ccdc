"""What turns a context into SQL: language models, and the built-in drafter that needs none."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from agent.errors import UsageError
from agent.records import Attempt, Context, Draft

if TYPE_CHECKING:
    from agent.config import Settings

DRAFTERS = {"builtin": "agent.drafters.builtin"}
"""The drafters, and the module of each, whose `load(settings)` makes it."""


class Drafter(Protocol):
    """Drafts SQL for a question; `failed` are its earlier drafts with what was wrong with them."""

    def draft(self, context: Context, failed: tuple[Attempt, ...] = ()) -> Draft:
        """The next draft.

        Raises NotUnderstoodError when the drafter cannot read the question, ModelError when its model does
        not answer.
        """
        ...


def load_drafter(settings: Settings) -> Drafter:
    """The drafter that the setting `model` names; UsageError when there is none of that name."""
    if settings.model not in DRAFTERS:
        raise UsageError(
            f"model: {settings.model!r} is not a drafter that sqlwright has", f"choose {', '.join(DRAFTERS)}"
        )
    load: Callable[[Settings], Drafter] = import_module(DRAFTERS[settings.model]).load
    return load(settings)

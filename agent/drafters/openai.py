"""Models on any server that speaks OpenAI's protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.drafters.model_drafter import ModelDrafter, model_drafter
from agent.drafters.openai_client import OpenAIClient
from agent.drafters.read_reply import Patience
from agent.openai_address import openai_address

if TYPE_CHECKING:
    from agent.config import Settings

# Of a server that does not say how long a prompt the model reads, the least that models of today read.
LEAST_CONTEXT = 4_096


def load(settings: Settings, name: str) -> ModelDrafter:
    """The drafter for `NAME@URL`; where the server does not tell the context of the model, max_context says it."""
    context = settings.max_context if "max_context" in settings.model_fields_set else LEAST_CONTEXT
    patience = Patience(settings.load_timeout, settings.model_timeout)
    return model_drafter(settings, OpenAIClient(openai_address(settings, name), patience, context))

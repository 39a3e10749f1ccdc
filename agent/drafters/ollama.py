"""Models on an Ollama server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.drafters.model_drafter import ModelDrafter, model_drafter
from agent.drafters.ollama_client import OllamaClient
from agent.drafters.read_reply import Patience
from agent.ollama_address import ollama_address

if TYPE_CHECKING:
    from agent.config import Settings


def load(settings: Settings, name: str) -> ModelDrafter:
    """The drafter for a model by its name in Ollama.

    The server is the one of the setting `ollama`; only where that is not set, of the environment's OLLAMA_HOST.
    """
    patience = Patience(settings.load_timeout, settings.model_timeout)
    client = OllamaClient(ollama_address(settings), name, patience, settings.keep_alive)
    return model_drafter(settings, client)

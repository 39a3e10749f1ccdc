"""A language model that is asked nothing."""

from __future__ import annotations

from agent.drafters import Listen
from agent.drafters.model_client import ModelCard, Reply, Request
from agent.drafters.replay_client import CONTEXT


class WithheldError(Exception):
    """What a model would have been asked."""

    def __init__(self, request: Request) -> None:
        super().__init__("nothing is asked")
        self.request = request


class PromptClient:
    """Stands for a model by its name, which is empty where it is not known; no server needs to run."""

    def __init__(self, model: str) -> None:
        self.name = self.model = model

    def card(self, listen: Listen) -> ModelCard:
        """What a replay takes for granted of a model, so that it finds the same prompts."""
        return ModelCard(CONTEXT)

    def chat(self, request: Request, listen: Listen) -> Reply:
        """Raises WithheldError with the request."""
        raise WithheldError(request)

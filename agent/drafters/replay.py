"""Replies of models that were made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.drafters.model_drafter import ModelDrafter, model_drafter
from agent.drafters.replay_client import ReplayClient

if TYPE_CHECKING:
    from agent.config import Settings


def load(settings: Settings, name: str) -> ModelDrafter:
    """The drafter for a file of questions and replies; UsageError when it is malformed."""
    return model_drafter(settings, ReplayClient(Path(name).expanduser()))

"""The name of a model in what the setting `model` says."""

from __future__ import annotations

import re

from agent.drafters import SERVERS

_ADDRESS = re.compile(r"@https?://.*", re.IGNORECASE)


def model_name(model: str) -> str:
    """The name that its server has for it, of NAME, ollama:NAME or openai:NAME@URL."""
    server, _, name = model.partition(":")
    return _ADDRESS.sub("", name if server in SERVERS else model)

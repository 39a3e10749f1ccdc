"""sqlwright: ask a database questions in plain words, locally and read-only.

Importing this package loads nothing but itself; what is used is imported when it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.errors import AgentError as AgentError
    from agent.pipeline import Agent as Agent
    from agent.records import Answer as Answer

__version__ = "0.1.0"
__all__ = ["Agent", "AgentError", "Answer", "__version__"]

_HOMES = {"Agent": "agent.pipeline", "AgentError": "agent.errors", "Answer": "agent.records"}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

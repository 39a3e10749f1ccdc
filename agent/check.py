"""What the doctor finds of one part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.errors import AgentError

State = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was found of one part, in a line, and what to do about it; `error` is the kind of a fault.

    `details` are lines that not everybody needs; those of the role are statements for an owner of the database.
    """

    part: str
    state: State
    what: str
    hint: str = ""
    details: tuple[str, ...] = ()
    error: type[AgentError] | None = None


def fault(part: str, error: Exception) -> Check:
    """The check of a part that could not be told."""
    if isinstance(error, AgentError):
        return Check(part, "fault", error.message, error.hint, error=type(error))
    reason = " ".join(str(error).split())[:300]
    return Check(part, "fault", f"this is a fault of sqlwright: {type(error).__name__}: {reason}")

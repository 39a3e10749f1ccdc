"""What became of one question of an evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.evaluate.questions import GoldQuestion

LOST = "lost process"
"""The `error` of a question whose process failed."""

State = Literal["right", "wrong", "declined", "failed", "unmeasured"]


@dataclass(frozen=True, slots=True)
class Try:
    """A draft for a question, and in words what was found against it; nothing where it could run."""

    drafter: str
    sql: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, what was drafted for it, and how that compares with the right answer.

    `right` and `wrong` are answers; where there is none it was `declined` on purpose, or `failed` by an error while
    drafting or running; a question whose own query gives no answer to compare with is `unmeasured`. `reason` says why
    in a line, and `error` is the class of the error, where it is one. `seconds` is the time from the question to its
    answer or refusal. `kinds` are those of the right query. `tries` are all drafts, in the order in which they came.
    """

    question: GoldQuestion
    state: State
    sql: str | None = None
    confidence: float | None = None
    reason: str = ""
    error: str = ""
    seconds: float = 0.0
    kinds: tuple[str, ...] = ()
    tries: tuple[Try, ...] = ()

    @property
    def is_answered(self) -> bool:
        """Whether the user got rows."""
        return self.state in ("right", "wrong")

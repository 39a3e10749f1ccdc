"""The stages of an answer, said while each is under way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from agent.records import Answer, Context, Draft, Step, Verdict

if TYPE_CHECKING:
    from agent.cli.progress import Activity


def answered(steps: Iterable[Step], doing: Activity) -> Answer:
    """The answer at the end of the steps; each says what comes after it."""
    for step in steps:
        match step:
            case Context():
                doing.stage("drafting the SQL")
            case Draft():
                doing.stage("checking the SQL")
            case Verdict():
                doing.stage("running the query" if step.query else "drafting the SQL again")
            case Answer():
                return step
    raise AssertionError("the flow ends with an answer or an error")

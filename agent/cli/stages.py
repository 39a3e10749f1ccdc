"""The stages of an answer, said while each is under way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from agent.cli.visible import visible
from agent.records import Answer, Context, Draft, Drafting, Step, Verdict

if TYPE_CHECKING:
    from agent.cli.progress import Activity
    from agent.drafters import Listen

DRAFTING = "drafting the SQL"
SAID_OF_DRAFTING = {
    "loading": "loading {model}",
    "reading": "{model} reads the question",
    "waiting": "waiting for {model}",
    "thinking": "{model} thinks",
    "writing": "{model} writes the SQL",
    "shortened": "asking {model} again with fewer tables, because the prompt was too long",
}


def answered(steps: Iterable[Step], doing: Activity) -> Answer:
    """The answer at the end of the steps; each says what comes after it."""
    for step in steps:
        match step:
            case Context():
                doing.stage(DRAFTING)
            case Draft():
                doing.stage("checking the SQL")
            case Verdict():
                doing.stage("running the query" if step.query else "drafting the SQL again")
            case Answer():
                return step
    raise AssertionError("the flow ends with an answer or an error")


def heard(doing: Activity) -> Listen:
    """What says of a model that drafts what it is doing."""

    def listen(drafting: Drafting) -> None:
        doing.stage(SAID_OF_DRAFTING[drafting.stage].format(model=visible(drafting.model)))

    return listen

"""How many questions about databases are answered, and how many answers are right."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from agent.errors import ModelError, UsageError
from agent.evaluate.answer_job import AnswerJob
from agent.evaluate.by_database import by_database
from agent.evaluate.outcome import LOST, Outcome
from agent.evaluate.questions import GoldQuestion
from agent.evaluate.spread import spread

# A model that writes no SQL has been reached all the same. A file of replies or a prompt may be malformed.
HOPELESS = {error.__name__: error for error in (ModelError, UsageError)}
# More in a row before the first answer, and the model is out of reach rather than out of its depth.
STRIKES = 5
# Beyond the two queries: a model may be slow, and is asked again up to three times.
DRAFTING_SECONDS = 900.0


def execution(questions: Sequence[GoldQuestion], job: AnswerJob) -> Generator[Outcome, None, None]:
    """The outcome of each question as it comes, from one process a core.

    Each database is asked by one process at a time. Whatever a question does to the process that answers it, the
    others go on. Raises ModelError when the model answers none of the first questions, and UsageError when none
    of them can be asked.
    """
    strikes = 0
    for outcome in spread(by_database(questions), job, _lost, 2 * job.seconds + DRAFTING_SECONDS):
        is_strike = outcome.state == "failed" and outcome.error in HOPELESS
        strikes = strikes + 1 if is_strike and strikes >= 0 else -1
        if strikes == STRIKES:
            raise HOPELESS[outcome.error](outcome.reason)
        yield outcome


def _lost(question: GoldQuestion, reason: str) -> Outcome:
    return Outcome(question, "failed", reason=reason, error=LOST)

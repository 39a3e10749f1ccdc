"""One question asked, and its answer held against that of the right query."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

from agent.dialects import Connection, connect
from agent.dialects.files import shown
from agent.draft import take_first
from agent.errors import AgentError, RefusedError, UsageError
from agent.evaluate.databases import SUFFIXES, find_database
from agent.evaluate.outcome import Outcome
from agent.evaluate.query_kind import query_kind
from agent.evaluate.questions import GoldQuestion
from agent.evaluate.same_rows import same_rows
from agent.pipeline import Agent
from agent.records import Draft, Limits, Result, Verdict
from agent.schema_index.progress import Progress, silent

MOST_ROWS = 100_000
"""Of either result: a right query with more is not measured, and a prediction with more is wrong."""


def answer_job(
    questions: Sequence[GoldQuestion],
    folder: Path,
    *,
    model: str | None = None,
    timeout: float | None = None,
    progress: Progress = silent,
) -> AnswerJob:
    """The job that answers the questions with the settings as they are, where an argument does not say otherwise.

    Which model `auto` stands for is decided here, so that it is one for all questions. Raises UsageError when the
    folder has none of the databases, and as `Agent.connect` and `load_drafter` do.
    """
    names = dict.fromkeys(question.db for question in questions)
    path = next(filter(None, (find_database(folder, name) for name in names)), None)
    if path is None:
        raise UsageError(
            f"{shown(folder)} has no database of these questions, such as {next(iter(names))}{SUFFIXES[0]}",
            f"name the folder of the files: {' or '.join(SUFFIXES)}, also each in a folder of its name",
        )
    with Agent.connect(path, model=model, limit=MOST_ROWS, timeout=timeout, progress=progress) as agent:
        job = AnswerJob(folder, agent.drafter_name, agent.limits.seconds)
        # Prepares the embedding model too, which else every process would do at once.
        agent.search(questions[0].text)
    return job


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that is being asked: the agent, and a read-only connection for the right queries."""

    name: str
    agent: Agent
    gold: Connection
    release: ExitStack


@dataclass
class AnswerJob:
    """Answers questions about the databases in a folder; the one that was asked last stays open.

    Of several close readings the first is taken, as with `agent ask --yes`. `seconds` bounds each query.
    """

    folder: Path
    model: str
    seconds: float
    _opened: Opened | None = field(default=None, init=False)

    def do(self, item: GoldQuestion) -> Outcome:
        """The outcome of a question."""
        try:
            opened = self._open(item)
        except AgentError as error:
            return Outcome(item, "unmeasured", reason=str(error), error=type(error).__name__)
        predicted, result = _asked(item, opened.agent)
        kind = query_kind(item.sql, opened.gold.dialect)
        predicted = replace(predicted, kinds=kind.names)
        try:
            # It runs as it is, since it may be written as only its engine reads it, on a connection that cannot write.
            gold = opened.gold.run(item.sql, Limits(rows=MOST_ROWS, seconds=self.seconds))
        except AgentError as error:
            reason = f"the right query fails: {error}"
            return replace(predicted, state="unmeasured", reason=reason, error=type(error).__name__)
        if gold.truncated:
            return replace(predicted, state="unmeasured", reason="the right query returns too many rows")
        if result is None:
            return predicted
        if result.truncated:
            return replace(predicted, reason="it returns too many rows")
        is_right = same_rows(gold.rows, result.rows, ordered=kind.is_ordered)
        return replace(predicted, state="right") if is_right else replace(predicted, reason="the rows differ")

    def _open(self, question: GoldQuestion) -> Opened:
        if self._opened is not None and self._opened.name == question.db:
            return self._opened
        if self._opened is not None:
            self._opened.release.close()
            self._opened = None
        path = find_database(self.folder, question.db)
        if path is None:
            raise UsageError(f"there is no database {question.db}")
        with ExitStack() as stack:
            agent = stack.enter_context(Agent.connect(path, model=self.model, limit=MOST_ROWS, timeout=self.seconds))
            gold = connect(agent.address)
            stack.callback(gold.close)
            # What is loaded once for all questions is no part of the time of any.
            agent.search(question.text)
            self._opened = Opened(question.db, agent, gold, stack.pop_all())
        return self._opened


def _asked(question: GoldQuestion, agent: Agent) -> tuple[Outcome, Result | None]:
    """What the agent drafted, held to be wrong until it is compared, and the rows if there are any."""
    started = perf_counter()
    found = Outcome(question, "wrong")
    result: Result | None = None
    try:
        for step in agent.steps(question.text, take_first):
            match step:
                case Draft():
                    found = replace(found, confidence=step.confidence)
                case Verdict():
                    found = replace(found, sql=step.query.sql if step.query else None)
                case Result():
                    result = step
    except AgentError as error:
        declined = isinstance(error, RefusedError) and found.sql is None
        found = replace(
            found, state="declined" if declined else "failed", reason=str(error), error=type(error).__name__
        )
    return replace(found, seconds=perf_counter() - started), result

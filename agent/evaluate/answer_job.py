"""One question asked, and its answer held against that of the right query."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

from agent.dialects import Connection, connect
from agent.draft import take_first
from agent.errors import AgentError, RefusedError
from agent.evaluate.databases import MOST_ROWS, open_database
from agent.evaluate.outcome import Outcome, Try
from agent.evaluate.prepare import prepare
from agent.evaluate.query_kind import query_kind
from agent.evaluate.questions import GoldQuestion
from agent.pipeline import Agent
from agent.records import Answer, Draft, Limits, Result, Verdict
from agent.same_rows import same_rows
from agent.schema_index.progress import Progress, silent


def answer_job(
    questions: Sequence[GoldQuestion],
    folder: Path,
    *,
    model: str | None = None,
    timeout: float | None = None,
    progress: Progress = silent,
) -> AnswerJob:
    """The job that answers the questions with the settings as they are, where an argument does not say otherwise.

    Which model `auto` stands for is decided here, so that it is one for all questions. Raises what `prepare` raises.
    """
    prepared = prepare(questions, folder, model=model, timeout=timeout, progress=progress)
    return AnswerJob(folder, prepared.model, prepared.seconds)


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
        with ExitStack() as stack:
            agent = stack.enter_context(
                open_database(self.folder, question.db, self.model, rows=MOST_ROWS, seconds=self.seconds)
            )
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
    tries: list[Try] = []
    result: Result | None = None
    try:
        for step in agent.steps(question.text, take_first):
            match step:
                case Draft():
                    tries.append(Try(step.drafter, step.sql))
                    found = replace(found, confidence=step.confidence)
                case Verdict():
                    # Of a query that its engine stops while it runs there is a second one.
                    tries[-1] = replace(tries[-1], findings=tuple(finding.message for finding in step.findings))
                    found = replace(found, sql=step.query.sql if step.query else None)
                case Result():
                    result = step
                case Answer():
                    found = replace(found, confidence=step.confidence)
    except AgentError as error:
        declined = isinstance(error, RefusedError) and found.sql is None
        found = replace(
            found, state="declined" if declined else "failed", reason=str(error), error=type(error).__name__
        )
    return replace(found, tries=tuple(tries), seconds=perf_counter() - started), result

"""The figures of questions that were answered: accuracy, coverage, precision and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.evaluate.outcome import LOST, Outcome
from agent.evaluate.query_kind import JOINED, PLAIN, UNREAD
from agent.evaluate.timing import Timing, timing

THRESHOLDS = (0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0)
KINDS = (*JOINED, "aggregation", "nesting", "set operation", PLAIN, UNREAD)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of questions; `precision` is None where nothing was answered."""

    questions: int
    answered: int
    right: int

    @property
    def accuracy(self) -> float:
        """Right answers among all questions: execution accuracy."""
        return self.right / self.questions if self.questions else 0.0

    @property
    def coverage(self) -> float:
        """Answers among all questions."""
        return self.answered / self.questions if self.questions else 0.0

    @property
    def precision(self) -> float | None:
        """Right answers among the answers."""
        return self.right / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class ExecutionReport:
    """The figures of all questions that were measured.

    `by_confidence` has the score that is left when only answers of at least that confidence are given, `by_kind` that
    of each kind of query; a query may be of several. `declined` and `failed` count the questions without an answer,
    `unmeasured` those that could not be compared, by the reason.
    """

    score: Score
    declined: int
    failed: dict[str, int]
    unmeasured: dict[str, int]
    by_confidence: dict[float, Score]
    by_kind: dict[str, Score]
    latency: Timing


def execution_report(outcomes: Sequence[Outcome]) -> ExecutionReport:
    """The figures of outcomes; those that are unmeasured count for nothing but their number."""
    measured = [outcome for outcome in outcomes if outcome.state != "unmeasured"]
    kinds = {kind: [outcome for outcome in measured if kind in outcome.kinds] for kind in KINDS}
    return ExecutionReport(
        score=_score(measured),
        declined=sum(outcome.state == "declined" for outcome in measured),
        failed=_counted(
            outcome.reason if outcome.error == LOST else outcome.error
            for outcome in measured
            if outcome.state == "failed"
        ),
        unmeasured=_counted(outcome.reason for outcome in outcomes if outcome.state == "unmeasured"),
        by_confidence=_by_confidence(measured),
        by_kind={kind: _score(found) for kind, found in kinds.items() if found},
        latency=timing([outcome.seconds for outcome in measured if outcome.error != LOST]),
    )


def _score(outcomes: Sequence[Outcome], confidence: float = 0.0) -> Score:
    answered = [one for one in outcomes if one.is_answered and (one.confidence or 0.0) >= confidence]
    return Score(len(outcomes), len(answered), sum(one.state == "right" for one in answered))


def _by_confidence(measured: Sequence[Outcome]) -> dict[float, Score]:
    found: dict[float, Score] = {}
    for threshold in THRESHOLDS:
        score = _score(measured, threshold)
        # A lower threshold that lets nothing more through tells nothing.
        if score.answered and score not in found.values():
            found[threshold] = score
    return found


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())

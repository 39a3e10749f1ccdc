"""How many questions are answered, and how many right, as tables or as one JSON object on stdout."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agent.cli.scores import SHOWN, print_json, say
from agent.cli.table import print_table

if TYPE_CHECKING:
    from agent.evaluate.execution_report import ExecutionReport, Score

HEAD = ("EX", "coverage", "precision", "right", "answered", "questions")


def print_execution(report: ExecutionReport, model: str, as_json: bool) -> None:
    """Print the figures of all questions that were measured, answered by a model."""
    if as_json:
        print_json({"model": model, **_record(report)})
        return
    print_table(["", *HEAD], [["all", *_cells(report.score)]])
    if report.by_confidence:
        say("\nWhen only answers of some confidence are given")
        rows = [[f"{least:.2f} or more", *_cells(score)] for least, score in report.by_confidence.items()]
        print_table(["confidence", *HEAD], rows)
    if report.by_kind:
        say("\nBy the kind of the right query, which may be of several")
        print_table(["kind", *HEAD], [[kind, *_cells(score)] for kind, score in report.by_kind.items()])
    say(f"\n{model}: {report.latency.median:,.0f} ms at the median, {report.latency.p95:,.0f} ms at p95")
    failed = ", ".join(f"{count:,} {name}" for name, count in report.failed.items())
    say(f"{report.declined:,} declined, {sum(report.failed.values()):,} failed{f' ({failed})' if failed else ''}")
    if report.unmeasured:
        say(f"{sum(report.unmeasured.values()):,} more could not be measured and count for nothing:")
    for reason, count in list(report.unmeasured.items())[:SHOWN]:
        say(f"  {count:,}  {reason}")


def _cells(score: Score) -> list[str]:
    precision = "" if score.precision is None else f"{score.precision:.3f}"
    counts = (f"{count:,}" for count in (score.right, score.answered, score.questions))
    return [f"{score.accuracy:.3f}", f"{score.coverage:.3f}", precision, *counts]


def _record(report: ExecutionReport) -> dict[str, Any]:
    return {
        **_score(report.score),
        "declined": report.declined,
        "failed": report.failed,
        "unmeasured": report.unmeasured,
        "latency_ms": asdict(report.latency),
        "by_confidence": [{"at_least": least, **_score(score)} for least, score in report.by_confidence.items()],
        "by_kind": {kind: _score(score) for kind, score in report.by_kind.items()},
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "ex": round(score.accuracy, 4),
        "coverage": round(score.coverage, 4),
        "precision": None if score.precision is None else round(score.precision, 4),
        "right": score.right,
        "answered": score.answered,
        "questions": score.questions,
    }

"""How well tables are found, as tables or as one JSON object on stdout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agent.cli.scores import print_json, say
from agent.cli.table import print_table

if TYPE_CHECKING:
    from agent.evaluate.quality import Quality
    from agent.evaluate.ranking import Ranking
    from agent.evaluate.retrieval import Breakdown, RetrievalReport
    from agent.evaluate.timing import Timing


def print_retrieval(report: RetrievalReport, as_json: bool) -> None:
    """Print the figures, the times and the worst questions."""
    if as_json:
        print_json(_record(report))
        return
    parts = {"all": report.quality, **report.folds}
    heads = [*_heads(report.quality), "questions"]
    print_table(
        ["", *heads], [[name.replace("_", " "), *_figures(part), f"{part.questions:,}"] for name, part in parts.items()]
    )
    say("")
    print_table(
        ["milliseconds", "median", "p95"],
        [[name, f"{one.median:.1f}", f"{one.p95:.1f}"] for name, one in _timings(report).items()],
    )
    if report.breakdown:
        _print_breakdown(report.breakdown)
    say(f"\nThe questions whose tables stand lowest among {report.tables:,} of {report.databases:,} databases")
    for ranking in report.worst:
        _print_ranking(ranking)


def _heads(quality: Quality) -> list[str]:
    return [f"{name}@{k}" for k in quality.recall for name in ("recall", "all")]


def _values(quality: Quality) -> list[float]:
    return [value for k in quality.recall for value in (quality.recall[k], quality.all[k])]


def _figures(quality: Quality) -> list[str]:
    return [f"{value:.3f}" for value in _values(quality)]


def _timings(report: RetrievalReport) -> Mapping[str, Timing]:
    return {"encode": report.encoding, "search": report.search}


def _print_breakdown(breakdown: Breakdown) -> None:
    together = breakdown.together
    say(f"\nEach step alone ({together.questions:,} questions)")
    rows = [["all together", *_figures(together)], *([one.step, *_figures(one.alone)] for one in breakdown.steps)]
    print_table(["step", *_heads(together)], rows)
    say("\nWhat switching a step off costs")
    costs = [[one.step, *_differences(together, one.without)] for one in breakdown.steps]
    print_table(["step", *_heads(together)], costs)


def _differences(whole: Quality, part: Quality) -> list[str]:
    return [f"{more - less:+.3f}" for more, less in zip(_values(whole), _values(part), strict=True)]


def _print_ranking(ranking: Ranking) -> None:
    question = ranking.question
    right = ", ".join(
        f"{table} ({rank or 'not found'})" for table, rank in zip(question.gold, ranking.ranks, strict=True)
    )
    say(f"  {question.id}  {question.text}")
    say(f"      right: {right}")
    say(f"      found: {', '.join(ranking.found)}")


def _record(report: RetrievalReport) -> dict[str, Any]:
    record = {
        "tables": report.tables,
        "databases": report.databases,
        **_quality(report.quality),
        "latency_ms": {name: asdict(one) for name, one in _timings(report).items()},
        "worst": [_ranking(one) for one in report.worst],
    }
    if report.folds:
        record["folds"] = {name: _quality(part) for name, part in report.folds.items()}
    if report.breakdown:
        record["breakdown"] = {
            "together": _quality(report.breakdown.together),
            "alone": {one.step: _quality(one.alone) for one in report.breakdown.steps},
            "without": {one.step: _quality(one.without) for one in report.breakdown.steps},
        }
    return record


def _quality(quality: Quality) -> dict[str, Any]:
    figures = zip(_heads(quality), _values(quality), strict=True)
    return {"questions": quality.questions, **{head: round(value, 4) for head, value in figures}}


def _ranking(ranking: Ranking) -> dict[str, Any]:
    question = ranking.question
    return {
        "id": question.id,
        "question": question.text,
        "ranks": dict(zip(question.gold, ranking.ranks, strict=True)),
        "found": list(ranking.found),
    }

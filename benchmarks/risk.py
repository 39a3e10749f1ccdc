"""What answering only when sure costs and gains: the precision of the surest answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer: how sure its drafter was of it, between 0 and 1, and whether it is right."""

    confidence: float
    is_right: bool


def probability(weights: Mapping[str, float], evidence: Mapping[str, float]) -> float:
    """How sure a logistic model is, given the evidence."""
    return 1 / (1 + exp(-sum(weights.get(name, 0.0) * value for name, value in evidence.items())))


def risk_table(answers: Sequence[Answered], asked: int) -> str:
    """A Markdown table: for each share of the questions that is answered, the surest first, how many answers are right.

    `asked` counts all questions, also those without an answer; a share that is not reached has no row.
    """
    ranked = sorted(answers, key=lambda answer: -answer.confidence)
    lines = ["", "| answered | right of the answered | confidence needed |", "| --: | --: | --: |"]
    for coverage in COVERAGES:
        size = round(coverage * asked)
        if 0 < size <= len(ranked):
            right = sum(answer.is_right for answer in ranked[:size]) / size
            lines.append(f"| {coverage:.0%} | {right:.3f} | {ranked[size - 1].confidence:.2f} |")
    return "\n".join(lines)

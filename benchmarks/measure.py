"""Figures: how they are taken and how they are written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

HEADER = """\
| what | ours (median) | compared with | theirs (median) | ratio | aim |
| --- | --: | --- | --: | --: | --- |"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `aim` bounds the ratio where there is one to compare with, else `ours`."""

    what: str
    ours: float
    unit: str
    aim: float
    against: str = ""
    theirs: float | None = None

    def __str__(self) -> str:
        """A row of a Markdown table."""
        ratio = None if self.theirs is None else self.ours / self.theirs
        bounded, unit = (self.ours, f" {self.unit}") if ratio is None else (ratio, "")
        verdict = "met" if bounded <= self.aim else "**missed**"
        cells = [
            self.what,
            f"{_short(self.ours)} {self.unit}",
            self.against,
            "" if self.theirs is None else f"{_short(self.theirs)} {self.unit}",
            "" if ratio is None else f"{ratio:.2f}",
            f"≤ {self.aim:g}{unit}: {verdict}",
        ]
        return f"| {' | '.join(cells)} |"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def medians(runs: int, *samples: Callable[[], float]) -> list[float]:
    """The median of each sample over that many runs, taken in turns so that a busy moment hits them all."""
    taken = [[sample() for sample in samples] for _ in range(runs)]
    return [median(values) for values in zip(*taken, strict=True)]


def seconds(action: Callable[[], Any]) -> float:
    """The wall time of one call."""
    start = perf_counter()
    action()
    return perf_counter() - start

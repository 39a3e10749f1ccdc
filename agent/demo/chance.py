"""Random draws: weighted choices and days."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


def choose(rng: Random, weights: Mapping[T, float]) -> T:
    """One of the keys, each as often as its weight says."""
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def spread(rng: Random, start: date, end: date, count: int) -> list[date]:
    """That many days between two others, both included, in order."""
    span = (end - start).days
    return sorted(start + timedelta(days=rng.randint(0, span)) for _ in range(count))


class Arrivals:
    """Weights of things that come one after the other, of which only those already there can be drawn."""

    def __init__(self, weights: Iterable[float]) -> None:
        self._sums = tuple(accumulate(weights))

    def draw(self, rng: Random, there: int) -> int:
        """The position of one of the first `there` things, each as often as its weight says."""
        return bisect_right(self._sums, rng.random() * self._sums[there - 1], hi=there - 1)

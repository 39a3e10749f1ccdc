"""How long something takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds at the median and at the 95th percentile; 0 where nothing was measured."""

    median: float = 0.0
    p95: float = 0.0


def timing(seconds: Sequence[float]) -> Timing:
    """The timing of measurements in seconds; the 95th percentile is the nearest rank."""
    if not seconds:
        return Timing()
    ordered = sorted(seconds)
    nearest = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return Timing(round(1000 * median(ordered), 2), round(1000 * nearest, 2))

"""Some of many, spread evenly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def sample(items: Sequence[T], size: int | None) -> list[T]:
    """At most `size` items from evenly spaced places, so that those of one database do not fill it; all for None."""
    if size is None or size >= len(items):
        return list(items)
    return [items[place * len(items) // size] for place in range(size)]

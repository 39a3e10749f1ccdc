"""Patterns of names of tables and columns, as settings and policies write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache


def fits(patterns: Iterable[str], names: Iterable[str]) -> bool:
    """Whether any of the patterns fits any of the names: `*` stands for any text, and case does not matter."""
    names = tuple(names)
    return any(_fitting(pattern).fullmatch(name) for pattern in patterns for name in names)


def fitting_none(patterns: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """The patterns that fit none of the names, as a misspelt one does."""
    names = tuple(names)
    return tuple(pattern for pattern in patterns if not any(map(_fitting(pattern).fullmatch, names)))


@cache
def _fitting(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.IGNORECASE | re.DOTALL)

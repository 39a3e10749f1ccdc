"""The year that is said behind a month, a quarter, a season or a holiday: "2025", "of 2025", "last year"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_WHICH = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1}
_JOINING = frozenset({"of", "in", "the", ","})


def year_said(words: Sequence[str], today: date) -> tuple[int, int] | None:
    """The year that `words` (in lower case) begin with, and how many of them say it; None where they say none."""
    place = 0
    while place < len(words) and words[place] in _JOINING:
        place += 1
    rest = words[place : place + 2]
    if rest and rest[0].isdigit() and len(rest[0]) == 4 and 1900 <= int(rest[0]) <= 2100:
        return int(rest[0]), place + 1
    if len(rest) == 2 and rest[0] in _WHICH and rest[1] == "year":
        return today.year + _WHICH[rest[0]], place + 2
    return None

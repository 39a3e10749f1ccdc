"""A part of a longer time: "the first week of october", "the last 10 days of november"."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta

_ENDS = {"first": 1, "last": -1}
_ORDINALS = {"first": 0, "1": 0, "second": 1, "2": 1, "third": 2, "3": 2, "fourth": 3, "4": 3, "last": -1}
_UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "month": 0, "months": 0}
_OF = ("of", "in")
Period = tuple[date, date, int]


def part_of_period(words: Sequence[str], period: Callable[[Sequence[str]], Period | None]) -> Period | None:
    """The first day of the part that `words` (in lower case) begin with, the day after its last, and how many words it
    takes; `period` reads the longer time, and None is for what is no such part.
    """
    number, unit, used = _part(words)
    if not unit or len(words) <= used or words[used] not in _OF:
        return None
    whole = period(words[used:])
    if whole is None:
        return None
    start, end, more = whole
    at_end = words[0] == "last"
    count, skipped = (number, 0) if number else (1, _ORDINALS[words[0]])
    if at_end:
        first, last = _later(end, unit, -count), end
    else:
        first, last = _later(start, unit, skipped), _later(start, unit, skipped + count)
    return (first, last, used + more) if start <= first < last <= end else None


def _part(words: Sequence[str]) -> tuple[int, str, int]:
    """How many units are meant (0 for one by its place), the unit, and how many words say so; no unit for none."""
    if len(words) > 2 and words[0] in _ENDS and words[1].isdigit() and words[2] in _UNITS:
        return int(words[1]), words[2], 3
    if len(words) > 1 and words[0] in _ORDINALS and words[1] in {"day", "week", "month"}:
        return 0, words[1], 2
    return 0, "", 0


def _later(day: date, unit: str, steps: int) -> date:
    """The day so many units later; in a shorter month its last day."""
    if size := _UNITS[unit]:
        return day + timedelta(days=steps * size)
    year, month = divmod(day.year * 12 + day.month - 1 + steps, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

"""Seasons and holidays: "last summer", "autumn 2025", "black friday last year", "christmas"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from agent.drafters.builtin.question.year_said import year_said

# The first month of each season, which has three, as weather services count them.
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_HOLIDAYS = {
    ("new", "year's", "day"): (1, 1),
    ("valentine's", "day"): (2, 14),
    ("valentines", "day"): (2, 14),
    ("halloween",): (10, 31),
    ("christmas", "eve"): (12, 24),
    ("christmas", "day"): (12, 25),
    ("christmas",): (12, 25),
    ("boxing", "day"): (12, 26),
    ("new", "year's", "eve"): (12, 31),
}
# So many days behind the fourth Thursday of November.
_AFTER_THANKSGIVING = {("thanksgiving",): 0, ("black", "friday"): 1, ("cyber", "monday"): 4}
_WHICH = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1}
_THURSDAY, _LONGEST = 3, 3


def named_time(words: Sequence[str], today: date) -> tuple[date, date, int] | None:
    """The first day of the season or holiday that `words` (in lower case) begin with, the day after its last, and how
    many words it takes; None where they begin with none. Without a year it is the latest that has begun.
    """
    which = _WHICH.get(words[0]) if words else None
    used = 0 if which is None else 1
    for length in range(_LONGEST, 0, -1):
        name = tuple(words[used : used + length])
        if len(name) != length or _days(name, today.year) is None:
            continue
        said = year_said(words[used + length :], today)
        if name[0] in _SEASONS and which is None and said is None:
            # "fall" and "spring" alone may be verbs.
            return None
        year = said[0] if said else _year(name, which, today)
        start, end = _days(name, year) or (today, today)
        return start, end, used + length + (said[1] if said else 0)
    return None


def _year(name: tuple[str, ...], which: int | None, today: date) -> int:
    """The year of this, the next or the latest one of a name; "last" is the latest one that is over."""
    first, end = _days(name, today.year) or (today, today)
    if which == 0:
        return today.year
    if which == 1:
        return today.year + (first <= today)
    return today.year - ((end > today) if which == -1 else (first > today))


def _days(name: tuple[str, ...], year: int) -> tuple[date, date] | None:
    """The first day of what is called so in a year, and the day after its last."""
    if len(name) == 1 and name[0] in _SEASONS:
        month = _SEASONS[name[0]]
        return date(year, month, 1), date(year + (month + 3) // 13, (month + 2) % 12 + 1, 1)
    if name in _AFTER_THANKSGIVING:
        first = date(year, 11, 1)
        thursday = first + timedelta(days=(_THURSDAY - first.weekday()) % 7 + 21)
        day = thursday + timedelta(days=_AFTER_THANKSGIVING[name])
    elif name in _HOLIDAYS:
        day = date(year, *_HOLIDAYS[name])
    else:
        return None
    return day, day + timedelta(days=1)

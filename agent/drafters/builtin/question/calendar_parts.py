"""Parts of the calendar that are named in words: "last monday", "this weekend", "first half of 2025", "h1"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from agent.drafters.builtin.question.year_said import year_said

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6}
_DAYS = {name: day for day, name in enumerate(_WEEKDAYS)} | _SHORT
_WHICH = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1}
_ORDINALS = {"first": 1, "1": 1, "second": 2, "2": 2, "third": 3, "3": 3, "fourth": 4, "4": 4, "last": -1}
# How many months of a year each part has.
_PARTS = {"half": 6, "quarter": 3}
_JOINING = frozenset({"of", "in", "the"})


def calendar_part(words: Sequence[str], today: date) -> tuple[date, date, int] | None:
    """The first day of the part that `words` (in lower case) begin with, the day after its last, and how many words it
    takes; None where they begin with none. Without a year it is the latest that has begun, a weekday the last one.
    """
    return _weekday(words, today) or _weekend(words, today) or _part_of_year(words, today)


def _weekday(words: Sequence[str], today: date) -> tuple[date, date, int] | None:
    which = _WHICH.get(words[0]) if words else None
    used = 0 if which is None else 1
    # A short form alone may be a word of its own: "sun", "sat".
    if len(words) <= used or words[used] not in (_DAYS if used else _WEEKDAYS):
        return None
    back = (today.weekday() - _DAYS[words[used]]) % 7
    if which == 0:
        day = today - timedelta(days=today.weekday()) + timedelta(days=_DAYS[words[used]])
    elif which == 1:
        day = today + timedelta(days=7 - back)
    else:
        day = today - timedelta(days=back or (7 if which else 0))
    return day, day + timedelta(days=1), used + 1


def _weekend(words: Sequence[str], today: date) -> tuple[date, date, int] | None:
    """The one of this week or of those beside it; weeks begin on Monday, so that a weekend is whole."""
    which = _WHICH.get(words[0]) if words else None
    if which is None or len(words) < 2 or words[1] != "weekend":
        return None
    saturday = today - timedelta(days=today.weekday()) + timedelta(days=5 + 7 * which)
    return saturday, saturday + timedelta(days=2), 2


def _part_of_year(words: Sequence[str], today: date) -> tuple[date, date, int] | None:
    """ "first half of 2025", "third quarter", "h1 2025"."""
    number, size, used = _numbered(words, today)
    if not number or number > 12 // size:
        return None
    rest = used
    while rest < len(words) and words[rest] in _JOINING:
        rest += 1
    year = int(words[rest]) if rest < len(words) and words[rest].isdigit() and len(words[rest]) == 4 else None
    relative = words[rest : rest + 2]
    if len(relative) == 2 and relative[0] in _WHICH and relative[1] == "year":
        year, rest = today.year + _WHICH[relative[0]], rest + 1
    month = size * ((12 // size if number < 0 else number) - 1) + 1
    used = rest + 1 if year else used
    year = year or today.year - (month > today.month)
    end = month + size
    return date(year, month, 1), date(year + end // 13, (end - 1) % 12 + 1, 1), used


def _numbered(words: Sequence[str], today: date) -> tuple[int, int, int]:
    """Which part of a year is meant (the last is -1), how many months it has, and how many words say so; 0 for none."""
    if words and words[0] in {"h1", "h2"}:
        return int(words[0][1]), _PARTS["half"], 1
    if len(words) > 1 and words[0] in _ORDINALS and words[1] in _PARTS:
        # "last quarter" is the one before this one.
        is_relative = words[0] == "last" and year_said(words[2:], today) is None
        return (0, 1, 0) if is_relative else (_ORDINALS[words[0]], _PARTS[words[1]], 2)
    return 0, 1, 0

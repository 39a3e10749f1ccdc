"""A stretch of days in plain words."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]00:00(?::00(?:\.0+)?)?)?")


def day_of(text: str) -> date | None:
    """The day that a text such as 2026-10-01, or its midnight, stands for; None for any other text."""
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def period(start: date, end: date) -> str:
    """The days from `start` up to, not including, `end`: "in October 2026", "in Q4 2026", "on 2026-10-05"."""
    last = end - timedelta(days=1)
    if start == last:
        return f"on {start}"
    months = 12 * (end.year - start.year) + end.month - start.month
    if start.day == end.day == 1:
        if months == 12 and start.month == 1:
            return f"in {start.year}"
        if months == 3 and start.month % 3 == 1:
            return f"in Q{start.month // 3 + 1} {start.year}"
        if months == 1:
            return f"in {_MONTHS[start.month - 1]} {start.year}"
    return f"from {start} to {last}"


# The names of months in `calendar` are those of the machine's language.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

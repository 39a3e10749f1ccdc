"""Dates typed in figures, in any of the usual orders."""

from __future__ import annotations

import re
from datetime import date


def typed_date(text: str) -> date | None:
    """The day that "2018-03-17", "2018/3/17", "17.03.2018" or "03/17/2018" is; None for "03/04/2018", which is two."""
    parts = [int(part) for part in re.split(r"[-/.]", text)]
    if parts[0] > 31:
        year, month, day = parts
        return _date(year, month, day)
    first, second, year = parts
    days = {_date(year, second, first), _date(year, first, second)} - {None}
    return days.pop() if len(days) == 1 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

"""A stored value of any engine as what JSON has: for programs, so that nothing of it is lost."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

EXACT_DIGITS = 15
"""What a float surely keeps; a number with more digits would change on its way through JSON."""
WHOLE_DIGITS = 9
"""Before the point; of a number with fewer a float keeps at least six digits after it."""


def plain(value: Any) -> Any:
    """A value for programs: dates in ISO 8601, bytes as hex, lists and mappings of such.

    JSON has no infinity. It becomes text, as PostgreSQL does it, because null would say that there is no value.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else not_finite(value)
        case Decimal():
            return _number(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return duration(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case dict():
            return {_key(key): plain(part) for key, part in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(part) for part in value]
    return str(value)


def duration(value: timedelta) -> str:
    """A span of time as PostgreSQL and DuckDB write it: 3 days 08:30:00, with a sign before what is negative."""
    sign, span = ("-", -value) if value < timedelta(0) else ("", value)
    minutes, seconds = divmod(span.seconds, 60)
    days = f"{span.days} day{'s' * (span.days != 1)} " if span.days else ""
    fraction = f".{span.microseconds:06}" if span.microseconds else ""
    return f"{sign}{days}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{fraction}"


def not_finite(number: float | Decimal) -> str:
    """The name that PostgreSQL has for a number that is none, or without end."""
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def unique(names: Iterable[str]) -> list[str]:
    """The names with a number after each that has been before: total, total_2."""
    wanted = list(names)
    found: dict[str, None] = {}
    for name in wanted:
        numbered = (f"{name}_{count}" for count in itertools.count(2))
        free = name if name not in found else next(new for new in numbered if new not in found and new not in wanted)
        found[free] = None
    return list(found)


def _number(value: Decimal) -> int | float | str:
    if not value.is_finite():
        return not_finite(value)
    # Of a quotient such as a mean the digits go on, and those that a float keeps are enough.
    is_long = len(value.normalize().as_tuple().digits) > EXACT_DIGITS and value.adjusted() >= WHOLE_DIGITS
    if is_long or (value and abs(value.adjusted()) > EXACT_DIGITS):
        return f"{value:f}"
    return float(value) if value.as_tuple().exponent < 0 else int(value)  # type: ignore[operator]


def _key(key: Any) -> str:
    text = plain(key)
    return text if isinstance(text, str) else str(text)

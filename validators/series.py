"""How many steps a series has whose limits are written out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf

from sqlglot import exp

# A calendar of days over 270 years, or of hours over 11.
MAX_SERIES = 100_000

_SECONDS = {
    "microsecond": 1e-6,
    "millisecond": 1e-3,
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 7 * 86_400,
    "month": 28 * 86_400,
    "quarter": 90 * 86_400,
    "year": 365 * 86_400,
}
_LONGEST = {"month": 31 / 28, "quarter": 92 / 90, "year": 366 / 365}
_INTERVAL = re.compile(r"\s*([-+]?\d{1,9})\s*([a-z]+?)s?\s*", re.IGNORECASE)
_NOW = {"current_date", "current_timestamp", "localtimestamp", "now", "today"}

# Between which the day lies on which a query runs: the checker knows no clock.
_EARLIEST, _LATEST = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (2025, 2060))


@dataclass(frozen=True)
class _Range:
    """Between which two numbers a limit lies: seconds since 1970 for times, and since now for times of `today`."""

    low: float
    high: float
    kind: str  # number, time, today or length

    def plus(self, other: _Range, sign: int) -> _Range:
        ends = (other.low, other.high) if sign > 0 else (-other.high, -other.low)
        return _Range(self.low + ends[0], self.high + ends[1], self.kind)


def series(arguments: list[exp.Expr]) -> float:
    """The most steps from one limit to another, or from 0 to the only one; infinite where they are no literals."""
    ranges = [_range(argument) for argument in arguments]
    if len(ranges) == 1:
        ranges.insert(0, _Range(0, 0, "number"))
    if len(ranges) == 2:
        ranges.append(_Range(1, 1, "number"))
    if len(ranges) != 3 or None in ranges:
        return inf
    start, stop, step = (_Range(0, 0, "") if each is None else each for each in ranges)
    if step.kind != ("number" if start.kind == "number" else "length") or (start.kind == "number") != (
        stop.kind == "number"
    ):
        return inf
    if start.kind != stop.kind:
        start, stop = (_dated(limit) for limit in (start, stop))
    width = min(abs(step.low), abs(step.high)) if step.low * step.high > 0 else 0
    length = max(abs(stop.high - start.low), abs(stop.low - start.high))
    return length / width if width else inf


def _dated(limit: _Range) -> _Range:
    return limit.plus(_Range(_EARLIEST, _LATEST, "time"), 1) if limit.kind == "today" else limit


def _range(node: exp.Expr | None) -> _Range | None:
    match node:
        case exp.Paren():
            return _range(node.this)
        case exp.Neg():
            inner = _range(node.this)
            return _Range(-inner.high, -inner.low, inner.kind) if inner and inner.kind == "number" else None
        case exp.Literal() if not node.is_string:
            return _Range(float(node.name), float(node.name), "number")
        case exp.Literal():
            return _length(node.name) or _time(node.name)
        case exp.Cast():
            return _range(node.this) if isinstance(node.this, exp.Literal | exp.Cast) or _is_now(node.this) else None
        case exp.Interval():
            unit = node.args.get("unit")
            return _length(f"{node.name} {unit.name}" if unit else node.name)
        case exp.Add() | exp.Sub():
            return _moved(node)
        case exp.Anonymous() if node.name.lower() == "date_trunc" and len(node.expressions) == 2:
            # Truncated to a year at most.
            inner = _range(node.expressions[1])
            return inner.plus(_Range(-366 * 86_400, 0, "length"), 1) if inner and inner.kind != "number" else None
    return _Range(0, 0, "today") if _is_now(node) else None


def _is_now(node: exp.Expr | None) -> bool:
    name = node.name if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else ""
    return name.lower() in _NOW


def _moved(node: exp.Add | exp.Sub) -> _Range | None:
    left, right = _range(node.this), _range(node.expression)
    if left is None or right is None or left.kind == "length":
        return None
    if right.kind == "number" and left.kind != "number":
        # A date and a number of days.
        right = _Range(right.low * 86_400, right.high * 86_400, "length")
    if right.kind not in ("number", "length") or (left.kind == "number") != (right.kind == "number"):
        return None
    return left.plus(right, 1 if isinstance(node, exp.Add) else -1)


def _length(text: str) -> _Range | None:
    found = _INTERVAL.fullmatch(text)
    unit = found.group(2).lower() if found else ""
    if not found or unit not in _SECONDS:
        return None
    ends = sorted((int(found.group(1)) * _SECONDS[unit], int(found.group(1)) * _SECONDS[unit] * _LONGEST.get(unit, 1)))
    return _Range(ends[0], ends[1], "length")


def _time(text: str) -> _Range | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    # A zone moves it by a day at most.
    seconds = moment.replace(tzinfo=UTC).timestamp()
    return _Range(seconds - 86_400, seconds + 86_400, "time") if moment.tzinfo else _Range(seconds, seconds, "time")

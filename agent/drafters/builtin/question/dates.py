"""Words to calendar windows: "last month", "since March", "in the past 30 days", "between 2024-01-01 and today"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from agent.drafters.builtin.question.calendar_parts import calendar_part
from agent.drafters.builtin.question.named_times import named_time
from agent.drafters.builtin.question.part_of_period import part_of_period
from agent.drafters.builtin.question.year_said import year_said

WeekStart = Literal["monday", "sunday"]

_UNITS = {unit + plural: unit for unit in ("day", "week", "month", "quarter", "year") for plural in ("", "s")}
_LEADS = frozenset({"in", "during", "within", "over", "for", "on", "from", "of", "throughout", "inside", "at"})
_PREVIOUS = frozenset({"last", "past", "previous", "prior", "preceding"})
_CURRENT = frozenset({"this", "current"})
_WHICH = _PREVIOUS | _CURRENT | {"next"}
_COMING = frozenset({"next", "coming", "following"})
_BEHIND_YEAR = frozenset({"by", "per", "vs", "versus"})
_PAIRING = frozenset({"and", "or", "to", "with"})
_TO_DATE = {"ytd": "year", "qtd": "quarter", "mtd": "month"}
# Months that are also common words need a preposition or a year beside them.
_AMBIGUOUS_MONTHS = frozenset({"may", "march", "mar"})


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `start` up to, not including, `end`; None leaves that side open."""

    start: date | None
    end: date | None

    def __str__(self) -> str:
        last = self.end - timedelta(days=1) if self.end else None
        if self.start and last:
            return str(self.start) if self.start == last else f"{self.start} to {last}"
        return f"from {self.start} on" if self.start else f"up to {last}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a window is relative to: the day of the question, the first day of a week, the names of months."""

    today: date
    week_start: WeekStart
    months: dict[str, int]


def find_window(words: Sequence[str], calendar: Calendar) -> tuple[Window, int] | None:
    """The window that `words` (in lower case) begin with, and how many words it takes, or None."""
    try:
        found = _range(words, calendar) or _open(words, calendar) or _period(words, calendar)
    except (OverflowError, ValueError):
        # The calendar ends at the years 1 and 9999.
        return None
    if found is None:
        return None
    # "this year so far"
    return found[0], found[1] + (2 if list(words[found[1] : found[1] + 2]) == ["so", "far"] else 0)


def _range(words: Sequence[str], calendar: Calendar) -> tuple[Window, int] | None:
    """ "between A and B", "from A to B": both ends included."""
    if not words or words[0] not in {"between", "from"}:
        return None
    first = _days_of_month(words, calendar) or _period(words[1:], calendar, led=True)
    if not first or len(words) < first[1] + 3:
        return None
    middle = 1 + first[1]
    if words[middle] not in {"and", "to", "until", "till", "through"}:
        return None
    second = _period(words[middle + 1 :], calendar, led=True)
    if not second or not second[0].end:
        return None
    # "from January to March 2025" says the year once, for both.
    shared = _period([*words[1:middle], str((second[0].end - timedelta(days=1)).year)], calendar, led=True)
    if shared and shared[1] == first[1] + 1:
        first = shared
    return Window(first[0].start, second[0].end), middle + 1 + second[1]


def _days_of_month(words: Sequence[str], calendar: Calendar) -> tuple[Window, int] | None:
    """ "from 1 to 15 October" says the month once, for both."""
    if len(words) < 5 or not (words[1].isdigit() and words[3].isdigit()):
        return None
    last = _period(words[3:], calendar, led=True)
    if not last or last[1] < 2 or not last[0].start or last[0].end != last[0].start + timedelta(days=1):
        return None
    return _days(last[0].start.replace(day=int(words[1]))), 1


def _open(words: Sequence[str], calendar: Calendar) -> tuple[Window, int] | None:
    """ "since A", "after A", "before A", "until A": one end open."""
    if not words or words[0] not in {"since", "after", "before", "until", "till", "from"}:
        return None
    found = _period(words[1:], calendar, led=True)
    if not found:
        return None
    window, used = found
    if words[0] == "from":
        onwards = words[used + 1 : used + 2] in (["on"], ["onwards"], ["onward"])
        return (Window(window.start, None), used + 2) if onwards else None
    by_word = {
        "since": Window(window.start, None),
        "after": Window(window.end, None),
        "before": Window(None, window.start),
        "until": Window(None, window.end),
        "till": Window(None, window.end),
    }
    return by_word[words[0]], used + 1


def _period(words: Sequence[str], calendar: Calendar, led: bool = False) -> tuple[Window, int] | None:
    """A closed period, with an optional preposition and article before it.

    `led` says that a word before it ("since") asks for a date, so that a bare "2024" or "may" is one.
    """
    lead = 1 if words and words[0] in _LEADS else 0
    led = led or lead > 0
    article = lead + 1 if len(words) > lead and words[lead] == "the" else lead
    rest = words[article:]
    if not rest:
        return None
    for reader in (_within, _part, _named, _relative, _month, _quarter, _iso):
        found = reader(rest, calendar, led)
        if found:
            return found[0], article + found[1]
    # "over 2000" is a comparison, "in 2000" a year.
    dated = led and words[0] not in {"over", "at"}
    year = _year(rest)
    # "revenue 2025 by month", "2025 and 2026"
    closed = rest[1:2] and (rest[1] in _BEHIND_YEAR or (rest[1] in _PAIRING and _year(rest[2:])))
    return (_years(year), article + 1) if year and (dated or closed or len(words) == 1) else None


def _relative(words: Sequence[str], calendar: Calendar, _led: bool) -> tuple[Window, int] | None:
    today = calendar.today
    if not words:
        return None
    offset = {"today": 0, "yesterday": -1, "tomorrow": 1}.get(words[0])
    if offset is not None:
        return _days(today + timedelta(days=offset)), 1
    if words[0] in _TO_DATE:
        return Window(_unit(calendar, _TO_DATE[words[0]], 0).start, today + timedelta(days=1)), 1
    if len(words) > 2 and words[0] in _UNITS and list(words[1:3]) == ["to", "date"]:
        return Window(_unit(calendar, _UNITS[words[0]], 0).start, today + timedelta(days=1)), 3
    if list(words[:3]) == ["day", "before", "yesterday"]:
        return _days(today - timedelta(days=2)), 3
    if len(words) > 2 and words[0] in _UNITS and list(words[1:3]) == ["before", "last"]:
        return _unit(calendar, _UNITS[words[0]], -2), 3
    if len(words) > 2 and words[0].isdigit() and words[1] in _UNITS and words[2] == "ago":
        return _days(_shift(today, _UNITS[words[1]], -int(words[0]))), 3
    if len(words) > 1 and words[1] in _UNITS:
        unit = _UNITS[words[1]]
        steps = -1 if words[0] in _PREVIOUS else 0 if words[0] in _CURRENT else 1 if words[0] == "next" else None
        return (_unit(calendar, unit, steps), 2) if steps is not None else None
    if len(words) > 2 and words[0] in _PREVIOUS and words[1].isdigit() and words[2] in _UNITS:
        tomorrow = today + timedelta(days=1)
        return Window(_shift(tomorrow, _UNITS[words[2]], -int(words[1])), tomorrow), 3
    if len(words) > 2 and words[0] in _COMING and words[1].isdigit() and words[2] in _UNITS:
        return Window(today, _shift(today + timedelta(days=1), _UNITS[words[2]], int(words[1]))), 3
    return None


def _month(words: Sequence[str], calendar: Calendar, led: bool) -> tuple[Window, int] | None:
    """ "March", "March 2024", "5 March 2024", "March 5, 2024"; without a year the latest one that has begun."""
    if len(words) > 1 and words[0].isdigit() and words[1] in calendar.months:
        return _day_of_month(words[1], words[0], words[2:], 2, calendar)
    if len(words) > 2 and words[0].isdigit() and words[1] == "of" and words[2] in calendar.months:
        return _day_of_month(words[2], words[0], words[3:], 3, calendar)
    if len(words) > 1 and words[0] in _WHICH and words[1] in calendar.months:
        return _months(_which_year(calendar, calendar.months[words[1]], words[0]), calendar.months[words[1]], 1), 2
    if not words or words[0] not in calendar.months:
        return None
    if len(words) > 1 and words[1].isdigit() and len(words[1]) <= 2:
        return _day_of_month(words[0], words[1], words[2:], 2, calendar)
    month = calendar.months[words[0]]
    said = year_said(words[1:], calendar.today)
    if said:
        return _months(said[0], month, 1), 1 + said[1]
    if words[0] in _AMBIGUOUS_MONTHS and not led:
        return None
    latest = calendar.today.year - (month > calendar.today.month)
    return _months(latest, month, 1), 1


def _day_of_month(name: str, day: str, rest: Sequence[str], used: int, calendar: Calendar) -> tuple[Window, int] | None:
    month = calendar.months[name]
    said = year_said(rest, calendar.today)
    used += said[1] if said else 0
    year = said[0] if said else calendar.today.year - (month > calendar.today.month)
    if not 1 <= int(day) <= monthrange(year, month)[1]:
        return None
    return _days(date(year, month, int(day))), used


def _quarter(words: Sequence[str], calendar: Calendar, _led: bool) -> tuple[Window, int] | None:
    """ "Q3", "Q3 2025"; without a year the latest one that has begun."""
    if not words or words[0] not in {"q1", "q2", "q3", "q4"}:
        return None
    month = 3 * int(words[0][1]) - 2
    said = year_said(words[1:], calendar.today)
    latest = calendar.today.year - (month > calendar.today.month)
    return _months(said[0] if said else latest, month, 3), 1 + said[1] if said else 1


def _which_year(calendar: Calendar, month: int, which: str) -> int:
    """The year of "last March", which is over, of "this March" and of "next March"."""
    today = calendar.today
    if which in _CURRENT:
        return today.year
    return today.year + (month <= today.month) if which == "next" else today.year - (month >= today.month)


def _within(words: Sequence[str], calendar: Calendar, _led: bool) -> tuple[Window, int] | None:
    """ "the first week of October"."""

    def period(rest: Sequence[str]) -> tuple[date, date, int] | None:
        found = _period(rest, calendar)
        window = found[0] if found else None
        return (window.start, window.end, found[1]) if found and window and window.start and window.end else None

    part = part_of_period(words, period)
    return (Window(part[0], part[1]), part[2]) if part else None


def _named(words: Sequence[str], calendar: Calendar, _led: bool) -> tuple[Window, int] | None:
    """ "last summer", "black friday"."""
    found = named_time(words, calendar.today)
    return (Window(found[0], found[1]), found[2]) if found else None


def _part(words: Sequence[str], calendar: Calendar, _led: bool) -> tuple[Window, int] | None:
    """ "last monday", "last weekend", "first half of 2025"."""
    found = calendar_part(words, calendar.today)
    return (Window(found[0], found[1]), found[2]) if found else None


def _iso(words: Sequence[str], _calendar: Calendar, _led: bool) -> tuple[Window, int] | None:
    if words and re.fullmatch(r"\d{4}-\d{2}-\d{2}", words[0]):
        return _days(date.fromisoformat(words[0])), 1
    month = re.fullmatch(r"(\d{4})-(\d{2})", words[0]) if words else None
    if month and 1 <= int(month[2]) <= 12:
        return _months(int(month[1]), int(month[2]), 1), 1
    return None


def _year(words: Sequence[str]) -> int | None:
    if words and words[0].isdigit() and len(words[0]) == 4 and 1900 <= int(words[0]) <= 2100:
        return int(words[0])
    return None


def _unit(calendar: Calendar, unit: str, steps: int) -> Window:
    """The calendar unit that holds today, moved by `steps` units."""
    today = calendar.today
    if unit == "day":
        return _days(today + timedelta(days=steps))
    if unit == "week":
        since = today.weekday() if calendar.week_start == "monday" else (today.weekday() + 1) % 7
        start = today + timedelta(weeks=steps, days=-since)
        return Window(start, start + timedelta(weeks=1))
    if unit == "year":
        return _years(today.year + steps)
    size = 3 if unit == "quarter" else 1
    month = today.month - (today.month - 1) % size + steps * size
    return _months(today.year, month, size)


def _shift(day: date, unit: str, steps: int) -> date:
    """The day `steps` units away; in a shorter month its last day."""
    if unit in {"day", "week"}:
        return day + timedelta(days=steps * (7 if unit == "week" else 1))
    months = steps * {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _days(day: date) -> Window:
    return Window(day, day + timedelta(days=1))


def _years(year: int) -> Window:
    return Window(date(year, 1, 1), date(year + 1, 1, 1))


def _months(year: int, month: int, count: int) -> Window:
    """`count` months from the first of `month`, which may lie outside 1 to 12."""
    first = year * 12 + month - 1
    last = first + count
    return Window(date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1))

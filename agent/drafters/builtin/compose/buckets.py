"""A date cut to a calendar unit, and the days between two, in the words of each engine (`buckets.yaml`)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml
from sqlglot import exp

from agent.drafters.builtin.lexicon.operators import Unit
from agent.drafters.builtin.question.dates import WeekStart


def bucket(date: exp.Expr, unit: Unit, dialect: str, week_start: WeekStart) -> exp.Expr:
    """The unit that a date lies in: a day, the first day of a week, or a label such as 2026-10, 2026-Q4, 2026.

    An hour of the day is 00 to 23, and a weekday 0 for Sunday to 6 for Saturday.
    """
    known = dialect if dialect in _templates() else ""
    name = f"week starting {week_start}" if unit == "week" else unit
    template = _templates()[known or "ansi"][name]
    return exp.maybe_parse(template.format(date.sql(dialect=known)), dialect=known)


def days_between(last: exp.Expr, first: exp.Expr, dialect: str) -> exp.Expr:
    """How many days lie between two dates; parts of a day count where the engine makes that easy."""
    known = dialect if dialect in _templates() else ""
    template = _templates()[known or "ansi"]["days between"]
    return exp.maybe_parse(template.format(last.sql(dialect=known), first.sql(dialect=known)), dialect=known)


@cache
def _templates() -> dict[str, dict[str, str]]:
    text = files(__package__).joinpath("buckets.yaml").read_text("utf-8")
    templates: dict[str, dict[str, str]] = yaml.safe_load(text)
    return templates

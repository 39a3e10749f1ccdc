"""Calendar units have the same labels in every engine."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import date, timedelta
from typing import Any, get_args

import duckdb
import psycopg
import pytest
import sqlglot
from sqlglot import exp

from agent.drafters.builtin.compose.buckets import bucket, days_between
from agent.drafters.builtin.lexicon.operators import Unit
from agent.drafters.builtin.question.dates import WeekStart
from tests.services import POSTGRES, mariadb_admin, needs_mariadb, needs_postgres

# A year's end, a leap day, and each day of a week.
DAYS = [date(2024, 2, 29), date(2024, 12, 31), date(2026, 1, 1), *(date(2026, 11, day) for day in range(15, 23))]
TYPES = {
    "sqlite": ("TEXT",),
    "duckdb": ("DATE", "TIMESTAMP"),
    "postgres": ("DATE", "TIMESTAMP"),
    "mysql": ("DATE", "DATETIME"),
}
Value = Callable[[str], Any]


@pytest.fixture(scope="module", params=TYPES)
def engine(request: pytest.FixtureRequest) -> Iterator[tuple[str, Value]]:
    """A dialect, and what gives the value of an expression in it."""
    with ExitStack() as parts:
        yield request.param, _evaluator(request.param, parts)


def _evaluator(dialect: str, parts: ExitStack) -> Value:
    connection: Any
    if dialect == "sqlite":
        connection = parts.enter_context(closing(sqlite3.connect(":memory:")))
    elif dialect == "duckdb":
        connection = parts.enter_context(closing(duckdb.connect()))
    elif dialect == "postgres":
        needs_postgres()
        connection = parts.enter_context(psycopg.connect(POSTGRES))
    else:
        needs_mariadb()
        connection = parts.enter_context(closing(mariadb_admin())).cursor()

    def value(expression: str) -> Any:
        found = connection.execute(f"SELECT {expression}")
        (cell,) = (connection if dialect == "mysql" else found).fetchone()
        return cell

    return value


def _expected(day: date, unit: Unit, week_start: WeekStart, timed: bool) -> str:
    if unit == "week":
        return str(day - timedelta(days=day.weekday() if week_start == "monday" else day.isoweekday() % 7))
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    parts = {"day": str(day), "month": f"{day:%Y-%m}", "quarter": quarter, "year": f"{day:%Y}"}
    return (parts | {"hour": "23" if timed else "00", "weekday": f"{day:%w}"})[unit]


@pytest.mark.parametrize("week_start", get_args(WeekStart))
@pytest.mark.parametrize("unit", get_args(Unit))
def test_labels_are_the_same(engine: tuple[str, Value], unit: Unit, week_start: WeekStart) -> None:
    dialect, value = engine

    for kind in TYPES[dialect]:
        for day in DAYS:
            text = f"{day} 23:59:58" if kind in {"TEXT", "TIMESTAMP", "DATETIME"} else str(day)
            column = exp.cast(exp.Literal.string(text), kind, dialect=dialect)
            label = value(bucket(column, unit, dialect, week_start).sql(dialect=dialect))
            assert str(label) == _expected(day, unit, week_start, timed=text != str(day))


def test_days_between_count_parts_of_a_day(engine: tuple[str, Value]) -> None:
    dialect, value = engine

    kind = TYPES[dialect][-1]
    last, first = (
        exp.cast(exp.Literal.string(text), kind, dialect=dialect)
        for text in ("2026-03-01 18:00:00", "2026-02-27 06:00:00")
    )
    assert float(value(days_between(last, first, dialect).sql(dialect=dialect))) == pytest.approx(2.5)


@pytest.mark.parametrize("dialect", ["tsql", "oracle", "snowflake", "bigquery", "trino", "clickhouse"])
@pytest.mark.parametrize("unit", get_args(Unit))
def test_other_dialects_get_what_they_can_parse(dialect: str, unit: Unit) -> None:
    text = bucket(exp.column("ordered_at", "orders"), unit, dialect, "monday").sql(dialect=dialect)

    assert sqlglot.parse_one(text, dialect=dialect).find(exp.Column)

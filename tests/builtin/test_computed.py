"""What is computed: columns less others, products, days, averages of counts, times side by side, the second of all."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from agent.drafters.builtin.compose.compose import compose
from agent.drafters.builtin.query.query import ColumnTerm, MeasureTerm, Ordering, Query, Ratio
from agent.drafters.builtin.question.dates import Window
from agent.drafters.builtin.read.effects import Compared, Effect, ForEach, Nth
from agent.records import Catalog, Column, ForeignKey, Table
from tests.builtin.effects_in import effects_in, scene_in

BOATS = Table(
    "boats",
    (
        Column("id", "INTEGER", "integer"),
        Column("name", "TEXT", "text"),
        Column("price", "REAL", "number"),
        Column("cost", "REAL", "number"),
        Column("stock", "INTEGER", "integer"),
    ),
    primary_key=("id",),
)
REPAIRS = Table(
    "repairs",
    (
        Column("id", "INTEGER", "integer"),
        Column("boat_id", "INTEGER", "integer"),
        Column("started_on", "DATE", "date"),
        Column("finished_on", "DATE", "date"),
    ),
    primary_key=("id",),
    foreign_keys=(ForeignKey(("boat_id",), "boats", ("id",)),),
)
CATALOG = Catalog("sqlite", (BOATS, REPAIRS))
MARGIN = ColumnTerm("boats", "price", less="cost")
DAYS = ColumnTerm("repairs", "finished_on", less="started_on")
KEY = ColumnTerm("repairs", "boat_id")


scene_of = partial(scene_in, CATALOG)
effects = partial(effects_in, CATALOG)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("boats with the gap between price and cost", MARGIN),
        ("price minus cost of each boat", MARGIN),
        ("margin of each boat", MARGIN),
        ("boat stock worth at cost", ColumnTerm("boats", "stock", times="cost")),
        ("repairs that took more than 5 days", DAYS),
        ("average repair time", DAYS),
    ],
)
def test_what_is_computed_is_named_like_a_column(text: str, term: ColumnTerm) -> None:
    assert term in [link.term for item in scene_of(text).items for link in item.columns]


@pytest.mark.parametrize(
    "text",
    [
        "price and cost of each boat",
        "boats with a repair that took place in 2025 and their price",
        "how much is the stock",
    ],
)
def test_nothing_is_computed_that_is_not_said(text: str) -> None:
    links = [link for item in scene_of(text).items for link in item.columns]

    assert links
    assert not [link for link in links if link.of]


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("how many repairs does a boat have on average", ForEach(MeasureTerm("count", "repairs"), KEY)),
        ("average number of repairs per boat", ForEach(MeasureTerm("count", "repairs"), KEY)),
        ("the second most expensive boat", Nth(2)),
        (
            "repairs started in 2025 versus 2026",
            Compared(
                (Window(date(2025, 1, 1), date(2026, 1, 1)), Window(date(2026, 1, 1), date(2027, 1, 1))),
                "year",
                ColumnTerm("repairs", "started_on"),
            ),
        ),
    ],
)
def test_effects(text: str, effect: Effect) -> None:
    assert effect in effects(text)


def test_sql_of_what_is_computed() -> None:
    second = Query("boats", (ColumnTerm("boats", "name"),), order_by=(Ordering(MARGIN, True),), limit=1, offset=1)
    each = Query("repairs", (Ratio(MeasureTerm("count", "repairs"), MeasureTerm("count", "repairs", KEY, True)),))
    days = Query("repairs", (MeasureTerm("avg", "repairs", DAYS),))

    found = [" ".join(compose(query, CATALOG).split()) for query in (second, each, days)]

    assert "ORDER BY ( boats.price - boats.cost ) DESC LIMIT 1 OFFSET 1" in found[0]
    assert "CAST(COUNT(*) AS REAL) / NULLIF(COUNT(DISTINCT repairs.boat_id), 0)" in found[1]
    assert "JULIANDAY(repairs.finished_on) - JULIANDAY(repairs.started_on)" in found[2]

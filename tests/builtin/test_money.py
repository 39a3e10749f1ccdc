"""Money that no column is named by: what sales, payments and debts add up to, and what rows of a kind are worth."""

from __future__ import annotations

from functools import partial

import pytest

from agent.drafters.builtin.compose.compose import compose
from agent.drafters.builtin.query.query import (
    ColumnTerm,
    Condition,
    Exists,
    MeasureTerm,
    Query,
    Rate,
    Ratio,
    UnitCount,
)
from agent.drafters.builtin.read.effects import AsRate
from agent.records import Catalog, Column, ForeignKey, Table
from tests.builtin.effects_in import effects_in, scene_in


def _key(column: str, table: str) -> ForeignKey:
    return ForeignKey((column,), table, ("id",))


GUESTS = Table("guests", (Column("id", "INTEGER", "integer"), Column("name", "TEXT", "text")), primary_key=("id",))
ROOMS = Table(
    "rooms",
    (Column("id", "INTEGER", "integer"), Column("floor", "INTEGER", "integer"), Column("price", "REAL", "number")),
    primary_key=("id",),
)
STAYS = Table(
    "stays",
    (
        Column("id", "INTEGER", "integer"),
        Column("room_id", "INTEGER", "integer"),
        Column("arrived_on", "DATE", "date"),
        Column("state", "TEXT", "text", samples=("booked", "cancelled")),
    ),
    primary_key=("id",),
    foreign_keys=(_key("room_id", "rooms"),),
)
BILLS = Table(
    "bills",
    (
        Column("id", "INTEGER", "integer"),
        Column("guest_id", "INTEGER", "integer"),
        Column("stay_id", "INTEGER", "integer"),
        Column("issued_on", "DATE", "date"),
        Column("settled_on", "DATE", "date", nullable=True),
        Column("amount", "REAL", "number"),
    ),
    primary_key=("id",),
    foreign_keys=(_key("guest_id", "guests"), _key("stay_id", "stays")),
)
PAYMENTS = Table(
    "payments",
    (
        Column("id", "INTEGER", "integer"),
        Column("bill_id", "INTEGER", "integer"),
        Column("paid_on", "DATE", "date"),
        Column("sum", "REAL", "number"),
    ),
    primary_key=("id",),
    foreign_keys=(_key("bill_id", "bills"),),
)
CATALOG = Catalog("sqlite", (GUESTS, ROOMS, STAYS, BILLS, PAYMENTS))
BILLED, PAID = ColumnTerm("bills", "amount"), ColumnTerm("payments", "sum")


scene_of = partial(scene_in, CATALOG)
effects = partial(effects_in, CATALOG)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("how much did we make last month", BILLED),
        ("which rooms bring in less than 5000 euros in total", BILLED),
        ("what did room 12 bring in last year", BILLED),
        ("total sales by month", BILLED),
        ("how much money came in yesterday", PAID),
        ("how much was paid in May", PAID),
        ("who owes us the most", BILLED),
        ("average bill amount", BILLED),
    ],
)
def test_money_is_the_amount_of_the_table_that_records_it(text: str, term: ColumnTerm) -> None:
    named = [link.term for item in scene_of(text).items for link in item.columns[:1]]

    assert term in named


@pytest.mark.parametrize("text", ["when did bill 7 come in", "guests who made a booking", "rooms that we take in May"])
def test_words_that_may_say_money_do_not_where_no_amount_is_asked_for(text: str) -> None:
    assert not [link for item in scene_of(text).items for link in item.columns if link.how == "money"]


@pytest.mark.parametrize("text", ["how much did we earn in total", "how much did we earn altogether, in euros"])
def test_what_says_an_amount_again_is_left_out(text: str) -> None:
    phrases = [item.phrase for item in scene_of(text).items]

    assert not {"in total", "altogether", "euros"} & {*phrases}


def test_rates() -> None:
    cancelled = Condition(ColumnTerm("stays", "state"), "in", ("cancelled",))

    assert AsRate("stays", cancelled) in effects("cancellation rate per room of the stays")
    assert AsRate("bills", Exists("bills", "payments")) in effects("payment rate")


def test_sql_of_rates_and_averages_over_units() -> None:
    state = Condition(ColumnTerm("stays", "state"), "in", ("cancelled",))
    per_day = Ratio(MeasureTerm("sum", "bills", BILLED), UnitCount(ColumnTerm("bills", "issued_on"), "day"))

    rate = " ".join(compose(Query("stays", (Rate("stays", (state,)),)), CATALOG).split())
    average = " ".join(compose(Query("bills", (per_day,)), CATALOG).split())

    assert "AVG(CASE WHEN stays.state = 'cancelled' THEN 1E2 ELSE 0E0 END)" in rate
    assert "CAST(SUM(bills.amount) AS REAL) / NULLIF(COUNT(DISTINCT DATE(bills.issued_on)), 0)" in average

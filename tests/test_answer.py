"""What an answer says of the rows it rests on."""

from __future__ import annotations

from datetime import date

import pytest

from agent.answer import answer
from agent.records import Catalog, CheckedQuery, Column, Draft, Question, Result, Table
from agent.schema_index.shards import fold_shards

DAYS = ("events_20240101", "events_20240102", "events_20240103")
CATALOG = fold_shards(
    Catalog("sqlite", tuple(Table(name, (Column("id", "INTEGER", "integer"),)) for name in (*DAYS, "customers")))
)


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        (("events_20240103",), ("events_20240103 alone of the 3 tables events_YYYYMMDD",)),
        (("customers", "events_20240101"), ("events_20240101 alone of the 3 tables events_YYYYMMDD",)),
        (DAYS, ()),
        (("customers",), ()),
    ],
)
def test_an_answer_from_some_copies_by_date_says_so(tables: tuple[str, ...], says: tuple[str, ...]) -> None:
    draft = Draft("", "test", 1.0, assumptions=("all of them",))
    given = answer(
        Question("", date(2026, 1, 1)), draft, CheckedQuery("", "sqlite", tables), CATALOG, Result((), ()), 0
    )
    assert given.assumptions == ("all of them", *says)


def test_an_answer_explains_the_query_that_ran() -> None:
    query = CheckedQuery("SELECT COUNT(*) FROM customers WHERE id > 5", "sqlite", ("customers",))
    draft = Draft("SELECT 1", "test", 1.0, explanation="all of them")
    given = answer(Question("", date(2026, 1, 1)), draft, query, CATALOG, Result((), ()), 0)

    assert given.explanation == "Number of customers, where customer id is over 5."

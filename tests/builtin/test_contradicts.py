"""Queries that can have no rows are never what is meant."""

from __future__ import annotations

import pytest

from agent.drafters.builtin.assemble.contradicts import contradicts
from agent.drafters.builtin.query.query import ColumnTerm, Condition, Exists, Query

NAME, AGE = ColumnTerm("member", "name"), ColumnTerm("member", "age")
LATE = Condition(ColumnTerm("loan", "late"), "=", (True,))
NO_LOAN, LATE_LOAN = Exists("member", "loan", negated=True), Exists("member", "loan", (LATE,))


@pytest.mark.parametrize(
    "where",
    [
        (NO_LOAN, LATE_LOAN),
        (LATE, NO_LOAN),
        (Condition(AGE, "null"), Condition(AGE, ">", (3,))),
        (Condition(AGE, "in", (Query("member", (AGE,), (NO_LOAN, LATE_LOAN)),)),),
    ],
)
def test_what_no_row_can_meet(where: tuple[Condition | Exists, ...]) -> None:
    assert contradicts(Query("member", (NAME,), where))


@pytest.mark.parametrize(
    "where",
    [
        (NO_LOAN, Condition(AGE, ">", (3,))),
        (LATE_LOAN, Exists("member", "loan", (Condition(AGE, "null"),), negated=True)),
        (Condition(AGE, "null"), Condition(NAME, "null", negated=True)),
    ],
)
def test_what_some_row_may_meet(where: tuple[Condition | Exists, ...]) -> None:
    assert not contradicts(Query("member", (NAME,), where))

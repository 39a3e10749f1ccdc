"""Everyday questions over the demo shop through the whole flow, against SQL written by hand."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent import Agent
from agent.errors import RefusedError

CASES = yaml.safe_load((Path(__file__).parents[1] / "fixtures/questions/shop.yaml").read_text("utf-8"))


def _comparable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(round(value, 6) if isinstance(value, float | int) else value for value in row)


@pytest.mark.parametrize("case", CASES["answered"], ids=lambda case: case["question"])
def test_the_rows_are_those_of_the_sql_written_by_hand(shop: Agent, case: dict[str, str]) -> None:
    with closing(sqlite3.connect(shop.address.url.removeprefix("sqlite:///"))) as database:
        expected = [_comparable(row) for row in database.execute(case["sql"])]
    answered = shop.ask(case["question"])
    rows = [_comparable(row) for row in answered.rows]

    assert expected, "a case without rows proves little"
    assert Counter(rows) == Counter(expected), answered.sql
    if "ORDER BY" in case["sql"]:
        keys = [row[-1] for row in expected]
        assert [row[-1] for row in rows] == keys or rows == expected, answered.sql


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["question"])
def test_what_cannot_be_read_is_declined_and_named(shop: Agent, case: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        shop.ask(case["question"])

    for word in case["names"]:
        assert word in str(caught.value)
    assert caught.value.hint


def test_quoted_text_is_compared_as_written_and_says_what_is_stored(shop: Agent) -> None:
    for written in ("germany", "Germny"):
        answer = shop.ask(f'customers whose name is "{written}"')
        assert not answer.rows
        assert answer.assumptions == (f"\"{written}\" as written; 'Germany' is stored in customers.country",)
    assert shop.ask('customers whose country is "Germany"').assumptions == ()

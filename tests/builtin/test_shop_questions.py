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
def test_the_rows_are_those_of_the_sql_written_by_hand(shop: Agent, case: dict[str, Any]) -> None:
    _check_answer(shop, case)


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["question"])
def test_what_cannot_be_read_is_declined_and_named(shop: Agent, case: dict[str, Any]) -> None:
    _check_refusal(shop, case)


# Other errors than these are faults of the case itself, such as SQL by hand that does not run.
@pytest.mark.xfail(
    strict=True, reason="read wrongly so far", raises=(AssertionError, RefusedError, pytest.fail.Exception)
)
@pytest.mark.parametrize("case", CASES["misread"], ids=lambda case: case["question"])
def test_what_is_misread_becomes_right(shop: Agent, case: dict[str, Any]) -> None:
    check = _check_answer if "sql" in case else _check_refusal
    check(shop, case)


def _check_answer(shop: Agent, case: dict[str, Any]) -> None:
    accepted = [case["sql"]] if isinstance(case["sql"], str) else case["sql"]
    with closing(sqlite3.connect(shop.address.url.removeprefix("sqlite:///"))) as database:
        expected = {sql: [_comparable(row) for row in database.execute(sql)] for sql in accepted}
    if not all(expected.values()):
        raise ValueError("a case without rows proves little")
    answered = shop.ask(case["question"])
    rows = [_comparable(row) for row in answered.rows]

    assert any(_is_same(rows, right, "ORDER BY" in sql) for sql, right in expected.items()), answered.sql


def _is_same(rows: list[tuple[Any, ...]], expected: list[tuple[Any, ...]], ordered: bool) -> bool:
    in_order = not ordered or rows == expected or [row[-1] for row in rows] == [row[-1] for row in expected]
    return Counter(rows) == Counter(expected) and in_order


def _check_refusal(shop: Agent, case: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        shop.ask(case["question"])

    for word in case["names"]:
        assert word in str(caught.value)
    assert caught.value.hint


@pytest.mark.xfail(strict=True, reason="read wrongly so far", raises=AssertionError)
@pytest.mark.parametrize("written", ["germany", "Germny"])
def test_quoted_text_is_compared_as_written_and_says_what_is_stored(shop: Agent, written: str) -> None:
    answer = shop.ask(f'customers whose name is "{written}"')

    assert not answer.rows
    assert answer.assumptions == (f"\"{written}\" as written; 'Germany' is stored in customers.country",)


def test_quoted_text_that_is_stored_needs_no_word(shop: Agent) -> None:
    assert shop.ask('customers whose country is "Germany"').assumptions == ()


@pytest.mark.parametrize(
    ("question", "slip"), [("customers in Germny", "Germny"), ("orders from customers in Germany or Frnace", "Frnace")]
)
def test_a_misspelled_value_is_told(shop: Agent, question: str, slip: str) -> None:
    assert slip in " ".join(shop.ask(question).assumptions)

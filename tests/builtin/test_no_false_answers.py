"""What must never be answered wrongly: each is read as it is said, or declined."""

from __future__ import annotations

import pytest

from agent import Agent
from agent.errors import RefusedError


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("orders before 2024-02-30", "2024-02-30"),
        ("orders on 29 February 2023", "29"),
        ("orders of 30 February", "30"),
        ("top 0 customers", "0"),
        ("top -3 customers", "-3"),
        ("top 99999999999999999999 customers", "99999999999999999999"),
        ("list the customers named ''", ""),
        ("number of orders per", "per"),
    ],
)
def test_what_means_nothing_is_declined(shop: Agent, question: str, names: str) -> None:
    with pytest.raises(RefusedError) as caught:
        shop.ask(question)
    assert f'"{names}"' in str(caught.value)


def test_a_place_that_only_rows_have_is_not_looked_for_without_them(shop: Agent) -> None:
    with pytest.raises(RefusedError):
        shop.ask("which cities have no customers")


def test_numbers_with_an_exponent_are_read(shop: Agent) -> None:
    assert shop.ask("orders over 1.5e3").rows == shop.ask("orders over 1500").rows


def test_the_ends_of_a_range_may_be_turned(shop: Agent) -> None:
    turned = shop.ask("products priced between 100 and 10").rows
    assert turned
    assert turned == shop.ask("products priced between 10 and 100").rows


def test_two_values_of_a_column_of_the_row_are_alternatives(shop: Agent) -> None:
    both = shop.ask("customers from Germany and France").rows
    assert len(both) == sum(len(shop.ask(f"customers from {country}").rows) for country in ("Germany", "France"))


def test_an_age_is_not_compared_with_what_is_none(shop: Agent) -> None:
    with pytest.raises(RefusedError):
        shop.ask("customers older than 30")


def test_none_counts_as_no_row(shop: Agent) -> None:
    none = shop.ask("customers with 0 orders").rows
    assert none
    assert sorted(none) == sorted(shop.ask("customers with no orders").rows)


def test_the_row_that_is_meant_is_told(shop: Agent) -> None:
    assert any(said.endswith("row 3") for said in shop.ask("third most expensive product").assumptions)


def test_words_that_are_left_out_are_told(shop: Agent) -> None:
    assert 'not read: "per"' in shop.ask("orders per status per").assumptions

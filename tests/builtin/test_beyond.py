"""Questions that say more than any reading takes up are declined, naming the words; those near them are answered."""

from __future__ import annotations

import pytest

from agent import Agent
from agent.errors import RefusedError


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("how many female customers are there?", "female"),
        ("what is the weather in Paris", "weather"),
        ("tell me a joke", "joke"),
        ("price / cost of products", "/"),
        ("completed orders", "completed"),
    ],
)
def test_a_word_that_changes_what_is_meant_is_never_left_out(shop: Agent, question: str, named: str) -> None:
    with pytest.raises(RefusedError) as caught:
        shop.ask(question)

    assert f'"{named}"' in str(caught.value)


@pytest.mark.parametrize(
    "question",
    ["how many customers are there?", "customers in Paris", "cancelled orders", "tell me the price of all products"],
)
def test_what_is_known_is_answered_in_the_same_words(shop: Agent, question: str) -> None:
    assert shop.ask(question).rows


def test_rows_are_told_by_the_row_that_they_point_to(shop: Agent) -> None:
    answered = shop.ask("who reports to Pedro Jones")

    assert "manager_id" in answered.sql
    assert "'Pedro Jones'" in answered.sql


def test_what_has_not_happened_is_said_in_one_word(shop: Agent) -> None:
    sql = shop.ask("unpaid orders").sql

    assert "NOT EXISTS" in sql
    assert "payments" in sql

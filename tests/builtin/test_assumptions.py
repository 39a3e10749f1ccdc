"""What a reading takes for granted is told: dates, columns of values, measures."""

from __future__ import annotations

import pytest

from agent import Agent
from agent.drafters.builtin import BuiltinDrafter
from agent.drafters.builtin.assumptions import assumptions
from agent.drafters.builtin.compose.compose import compose
from agent.drafters.builtin.rank.rank import readings
from agent.drafters.builtin.rank.weights import load_weights
from agent.records import Question
from agent.schema_index.retrieve import retrieve
from tests.conftest import TODAY


@pytest.mark.parametrize(
    ("question", "reads", "says"),
    [
        ("revenue last month", "SUM(orders.total)", '"revenue" = sum of orders.total'),
        ("revenue last month", "orders.ordered_at >=", "last month = 2026-10-01 to 2026-10-31 by orders.ordered_at"),
        ("customers in Berlin", "customers.city = 'Berlin'", '"Berlin" is customers.city'),
        ("top customers", "SUM(orders.total) DESC LIMIT 10", "top = by sum of orders.total, first 10"),
        ("orders per month", "COUNT(*) AS order_count", "by month of orders.ordered_at"),
    ],
)
def test_a_choice_that_the_question_leaves_open_is_told(shop: Agent, question: str, reads: str, says: str) -> None:
    context = retrieve(Question(question, TODAY), shop.index)
    scene, _ = BuiltinDrafter().scene(context)
    found = readings(scene, load_weights())
    reading = next(each for each in found if reads in " ".join(compose(each.query, context.catalog).split()))

    assert says in assumptions(reading), (assumptions(reading), compose(reading.query, context.catalog))


def test_what_the_question_names_is_no_assumption(shop: Agent) -> None:
    context = retrieve(Question("names of customers", TODAY), shop.index)
    scene, _ = BuiltinDrafter().scene(context)
    found = readings(scene, load_weights())
    plain = "SELECT customers.name FROM customers"
    reading = next(each for each in found if " ".join(compose(each.query, context.catalog).split()) == plain)

    assert assumptions(reading) == ()

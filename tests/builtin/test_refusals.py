"""What holds whatever the weights are: what is refused, with the words named, and how many rows a rank means."""

from __future__ import annotations

import pytest

from agent import Agent
from agent.drafters.builtin import BuiltinDrafter
from agent.errors import NotUnderstoodError
from agent.records import Attempt, Context, Finding


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("delete all orders", '"delete" asks to change data'),
        ("please drop the customers table", '"drop" asks to change data'),
        ("what is the weather in Paris", '"weather"'),
        ("how many orders from 北京", '"北京"'),
    ],
)
def test_what_cannot_be_read_is_named(shop: Agent, question: str, named: str) -> None:
    with pytest.raises(NotUnderstoodError) as caught:
        shop.ask(question)

    assert named in caught.value.message
    assert caught.value.hint


def test_a_reading_that_does_not_pass_is_not_followed_by_another(shop: Agent) -> None:
    context = next(shop.steps("names of customers"))
    assert isinstance(context, Context)
    drafter = BuiltinDrafter()
    failed = Attempt(drafter.draft(context), (Finding("table", "customers is hidden"),))

    with pytest.raises(NotUnderstoodError, match="does not pass: customers is hidden"):
        drafter.draft(context, (failed,))


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("top customers", "DESC LIMIT 10"),
        ("top 3 customers", "DESC LIMIT 3"),
        ("products newest first", "ORDER BY products.launched_on DESC"),
    ],
)
def test_how_many_rows_a_rank_means(shop: Agent, question: str, order: str) -> None:
    assert " ".join(shop.draft(question).sql.split()).endswith(order)

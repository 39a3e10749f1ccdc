"""The context of a question with those of the questions before it."""

from __future__ import annotations

from agent import Agent
from agent.recall import recall
from agent.records import Context, Question
from tests.conftest import TODAY


def test_a_question_without_others_before_it_has_none(shop: Agent) -> None:
    assert recall(Question("names of customers", TODAY), shop.index).earlier is None


def test_each_question_has_the_context_of_the_one_before_it(shop: Agent) -> None:
    question = Question("in Berlin", TODAY, earlier=("number of reviews by rating", "only for Furniture"))
    context = recall(question, shop.index)

    before = context.earlier
    assert before is not None and before.earlier is not None
    assert context.question == question
    assert (before.question.text, before.earlier.question.text) == ("only for Furniture", "number of reviews by rating")
    assert [match.value for match in before.values] == ["Furniture"]
    assert [match.value for match in context.values] == ["Berlin"]
    assert before.earlier.earlier is None


def test_the_best_tables_of_both_come_first(shop: Agent) -> None:
    first = recall(Question("number of reviews by rating", TODAY), shop.index).tables[0]
    context = recall(Question("salary of employees", TODAY, earlier=("number of reviews by rating",)), shop.index)

    ids = [scored.table.id for scored in context.tables]
    assert first.table.id == "reviews"
    assert ids[:2] == ["reviews", "employees"]
    assert len(set(ids)) == len(ids)


def test_the_first_step_of_the_flow_is_the_context_with_what_was_before(shop: Agent) -> None:
    first = next(shop.steps("only in Germany", earlier=["names of customers"]))

    assert isinstance(first, Context) and first.earlier is not None
    assert first.earlier.question.text == "names of customers"

"""What tells how sure a reading is: how far others agree with it, and what it takes on that is not named."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

import pytest

from agent import Agent
from agent.drafters.builtin import BuiltinDrafter
from agent.drafters.builtin.query.query import ColumnTerm, Query
from agent.drafters.builtin.rank.agreement import agreement, parts_of
from agent.drafters.builtin.rank.confidence import evidence_of_reading
from agent.drafters.builtin.rank.rank import Reading, readings
from agent.drafters.builtin.rank.unnamed import unnamed
from agent.drafters.builtin.rank.weights import load_weights
from agent.records import Question
from agent.schema_index.retrieve import retrieve

NAME, CITY = ColumnTerm("customers", "name"), ColumnTerm("customers", "city")


@pytest.fixture
def read(shop: Agent) -> Callable[[str], list[Reading]]:
    def made(question: str) -> list[Reading]:
        scene, _ = BuiltinDrafter().scene(retrieve(Question(question, shop.today), shop.index))
        return readings(scene, load_weights())

    return made


def test_readings_agree_part_by_part() -> None:
    first, distinct, other = (
        Query("customers", (NAME,)),
        Query("customers", (NAME,), distinct=True),
        Query("c", (CITY,)),
    )

    found = agreement([2.0, 2.0, 1.0], [parts_of(query) for query in (first, distinct, other)])

    agreed = 2 / (2 + exp(-1))
    assert found["agree select"] == pytest.approx(log(agreed))
    assert found["agree where"] == 0
    assert found["agree tables"] == pytest.approx(log(agreed))


def test_a_first_reading_that_is_not_the_likeliest_has_few_that_agree() -> None:
    found = agreement([1.0, 9.0], [parts_of(Query("customers", (NAME,))), parts_of(Query("customers", (CITY,)))])

    assert found["agree select"] < -7


def test_a_table_that_no_word_names_is_told(read: Callable[[str], list[Reading]]) -> None:
    found = read("names of customers in Berlin")
    named = next(each for each in found if each.query.root == "customers" and each.query.where)

    assert unnamed(named) == {"unnamed tables": 0.0, "date of unnamed": 0.0, "worse link": 0.0}


def test_rows_without_anything_said_of_them_are_told(read: Callable[[str], list[Reading]]) -> None:
    first = read("names of customers")[0]

    assert evidence_of_reading(first)["rows only"] == 1.0
    assert evidence_of_reading(read("how many customers are there per city")[0])["group without measure"] == 0.0

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from agent.schema_index.literals import TABLES, find_values, write_values
from agent.schema_index.sample import StoredValue

VALUES = [
    StoredValue("customers", "country", value)
    for value in ("Germany", "United States", "IN", "US", "Côte d'Ivoire")
] + [
    StoredValue("customers", "city", value) for value in ("New York", "New York City", "Köln", "York")
] + [
    StoredValue("products", "category", value)
    for value in ("Smartphones", "IT", "Other", "2024", "All", "14-inch laptops", "With", "no")
] + [StoredValue("shops", "country", "Germany")]  # fmt: skip


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in TABLES:
            connection.execute(statement)
        write_values(connection, VALUES)
        yield connection


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("orders in germany", ["customers.country=Germany", "shops.country=Germany"]),
        ("cote d ivoire", ["customers.country=Côte d'Ivoire"]),
        ("sales in KOLN, please", ["customers.city=Köln"]),
        ("sold in Ko\u0308ln", ["customers.city=Köln"]),
        ("one smartphone", ["products.category=Smartphones"]),
        ("14 inch laptop sales", ["products.category=14-inch laptops"]),
        ("from New York City", ["customers.city=New York City"]),
        ("New York and York", ["customers.city=New York", "customers.city=York"]),
        ("does it show us in no other order", ["products.category=Other"]),
        ("people of IT in the US", ["products.category=IT", "customers.country=US"]),
        ("all orders with 2024", []),
        ("the united states", ["customers.country=United States"]),
        ("", []),
        ("?!", []),
    ],
)
def test_which_values_occur_in_a_question(question: str, found: list[str], index: sqlite3.Connection) -> None:
    matches = find_values(question, index)
    assert [f"{match.table}.{match.column}={match.value}" for match in matches] == found


def test_the_phrase_is_as_asked_and_longer_ones_come_first(index: sqlite3.Connection) -> None:
    matches = find_values("york or new  york city", index)
    assert [match.phrase for match in matches] == ["new  york city", "york"]


def test_a_very_long_question_is_read_at_its_beginning(index: sqlite3.Connection) -> None:
    assert [match.value for match in find_values("Köln " + "word " * 100_000, index)] == ["Köln"]


def test_writing_replaces(index: sqlite3.Connection) -> None:
    write_values(index, VALUES)
    assert len(find_values("germany", index)) == 2

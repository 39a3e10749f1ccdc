from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from agent.schema_index import literals, names, part_values
from agent.schema_index.literals import find_values, write_values
from agent.schema_index.sample import StoredValue

VALUES = [
    StoredValue("goods", "name", value) for value in ("Blue Garden Lamp", "Red Garden Lamp", "Garden", "Room 13")
] + [
    StoredValue("returns", "reason", "broken on arrival"),
    StoredValue("notes", "text", "a lamp that is much too long for it"),
]


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in (*names.TABLES, *literals.TABLES):
            connection.execute(statement)
        write_values(connection, VALUES)
        yield connection


def found(question: str, index: sqlite3.Connection) -> list[tuple[str, str, str]]:
    return [(match.phrase, match.column, match.value) for match in find_values(question, index) if match.distance]


@pytest.mark.parametrize(
    ("question", "match"),
    [
        ("the cheapest lamps", ("lamps", "name", "Blue Garden Lamp")),
        ("which garden lamps are there", ("lamps", "name", "Blue Garden Lamp")),
        ("was it broken", ("broken", "reason", "broken on arrival")),
    ],
)
def test_a_part_of_a_value_is_found(index: sqlite3.Connection, question: str, match: tuple[str, str, str]) -> None:
    assert match in found(question, index)


@pytest.mark.parametrize("question", ["room 12", "the garden", "that is much", "nothing of it"])
def test_what_is_a_whole_value_or_counted_or_prose_is_no_part(index: sqlite3.Connection, question: str) -> None:
    assert found(question, index) == []


def test_nothing_is_looked_for_among_too_many(index: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_values, "MAX_LOOKED_AT", 3)
    assert found("the cheapest lamps", index) == []

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from agent.records import Catalog, Column, Table
from agent.schema_index import literals, names
from agent.schema_index.literals import find_values, write_values
from agent.schema_index.sample import StoredValue

STORED = {
    "country": "Germany|United Kingdom|United States|France|Australia|Austria|Iran|Köln|Mary|Wales|Bordeaux",
    "city": "New York|New York City|York|San Francisco|Albuquerque|Paris|Jacksonville|technical",
    "code": "IBE|OBE|LHRX|ABCDE|INV-20416|AX-17B|0123456",
    "都市": "北京市|東京都|上海|サーバー|대전시",
}


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in (*names.TABLES, *literals.TABLES):
            connection.execute(statement)
        values = [StoredValue("places", column, value) for column, held in STORED.items() for value in held.split("|")]
        write_values(connection, values)
        yield connection


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("customers in Germny", [("Germny", "Germany", 1)]),
        ("customers in germnay", [("germnay", "Germany", 1)]),
        ("customers in gErmanny", [("gErmanny", "Germany", 1)]),
        ("customers in egrmany", [("egrmany", "Germany", 1)]),
        ("unted kingdom", [("unted kingdom", "United Kingdom", 1)]),
        ("Unted Kingdon", [("Unted Kingdon", "United Kingdom", 2)]),
        ("sales in san fransisco", [("san fransisco", "San Francisco", 1)]),
        ("New Yrok City, please", [("New Yrok City", "New York City", 1)]),
        ("from Austrlia", [("Austrlia", "Australia", 1), ("Austrlia", "Austria", 1)]),
        ("in Albuqerqe", [("Albuqerqe", "Albuquerque", 2)]),
        ("in Jacksonvile and Pariis", [("Jacksonvile", "Jacksonville", 1), ("Pariis", "Paris", 1)]),
        ("in Koeln", [("Koeln", "Köln", 1)]),
        ("in Bordaux and France", [("France", "France", 0), ("Bordaux", "Bordeaux", 1)]),
        ("北京的客户有多少", [("北京", "北京市", 1)]),
        ("東京の顧客", [("東京", "東京都", 1)]),
        ("サーバの数", [("サーバ", "サーバー", 1)]),
        ("대전에서 온 고객", [("대전", "대전시", 1)]),
    ],
)
def test_a_value_that_is_almost_written(
    question: str, expected: list[tuple[str, str, int]], index: sqlite3.Connection
) -> None:
    assert [(match.phrase, match.value, match.distance) for match in find_values(question, index)] == expected


@pytest.mark.parametrize(
    "question",
    [
        "flights with IBF",
        "flights with obf and IBA",
        "from LHRY to ABCDF",
        "invoice INV-20417 or AX-17C",
        "number 0123457",
        "how many orders did they make",  # Mary
        "the sales of whales",  # Wales
        "frame by frame",  # France
        "is the iron new",  # Iran
        "technicians",
        "in Grmny",  # two letters of seven
        "Frank was here",  # the stored word begins alike, but Frank is two letters away
        "上海市",  # what is stored stands in it
        "xyzzyq qwertyuiop",
    ],
)
def test_codes_numbers_and_common_words_are_never_taken_for_another_value(
    question: str, index: sqlite3.Connection
) -> None:
    assert not [match for match in find_values(question, index) if match.distance]


def test_a_word_of_the_schema_is_no_mistake() -> None:
    table = Table("users", (Column("login_name", "TEXT"), Column("nickname", "TEXT")))
    with closing(sqlite3.connect(":memory:")) as index:
        for statement in (*names.TABLES, *literals.TABLES):
            index.execute(statement)
        write_values(index, [StoredValue("users", "nickname", value) for value in ("Logan", "Usher")])
        assert [match.value for match in find_values("logins of ushre", index)] == ["Usher"]
        assert [match.value for match in find_values("logins", index)] == []
        assert [match.value for match in find_values("nicknam logann", index)] == ["Logan"]
        names.write_names(index, Catalog("sqlite", (table,)))
        assert [match.value for match in find_values("nicknames logins", index)] == []


def test_an_exact_code_is_found_alone(index: sqlite3.Connection) -> None:
    assert [match.value for match in find_values("flights with IBE", index)] == ["IBE"]


def test_any_one_mistake_behind_the_first_letter_is_found(index: sqlite3.Connection) -> None:
    for word in ("Germany", "Australia", "Albuquerque", "Jacksonville", "Bordeaux"):
        for place in range(1, len(word)):
            for wrong in (
                word[:place] + word[place + 1 :],
                word[:place] + "x" + word[place:],
                word[:place] + "x" + word[place + 1 :],
                word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :],
            ):
                values = [match.value for match in find_values(f"in {wrong}", index)]
                assert word in values, wrong


def test_a_question_of_mistakes_alone_is_bounded(index: sqlite3.Connection) -> None:
    matches = find_values("Germny Frnace Austrlia Unted Kingdon " * 100, index)
    assert {"Germany", "France", "United Kingdom"} <= {match.value for match in matches}

"""What the words of a question may mean in a schema, and the ways to cut it into spans."""

from __future__ import annotations

from datetime import date

import pytest

from agent.drafters.builtin.lexicon.load_lexicon import load_lexicon
from agent.drafters.builtin.lexicon.operators import Aggregate
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.link.linking import links
from agent.drafters.builtin.question.dates import Calendar
from agent.drafters.builtin.question.tokens import tokens
from agent.records import Catalog, Column, Context, Question, ScoredTable, Table, ValueMatch

TODAY = date(2026, 11, 21)
NURSES = Table(
    "nurses",
    (
        Column("nurse_id", "INTEGER", "integer"),
        Column("fname", "TEXT", "text"),
        Column("lname", "TEXT", "text"),
        Column("phone_number", "TEXT", "text"),
        Column("enr", "INTEGER", "integer"),
    ),
    primary_key=("nurse_id",),
)
WARDS = Table(
    "wards",
    (
        Column("ward_id", "INTEGER", "integer"),
        Column("title", "TEXT", "text"),
        Column("floor", "TEXT", "text", samples=("A", "B")),
        Column("average_stay", "REAL", "number"),
        Column("stay", "REAL", "number"),
        Column("wcolour", "TEXT", "text"),
    ),
    primary_key=("ward_id",),
)
CATALOG = Catalog("sqlite", (NURSES, WARDS))


def ways(text: str, *values: ValueMatch) -> list[tuple[Item, ...]]:
    lexicon = load_lexicon()
    found = tokens(text, lexicon.numbers, lexicon.magnitudes, lexicon.units)
    scored = (ScoredTable(NURSES, 1.0), ScoredTable(WARDS, 0.9))
    context = Context(Question(text, TODAY), CATALOG, scored, values)
    return [items for _, items in links(found, context, lexicon, Calendar(TODAY, "monday", lexicon.months))]


def item(text: str, phrase: str, *values: ValueMatch) -> Item:
    return next(item for item in ways(text, *values)[0] if item.phrase == phrase)


@pytest.mark.parametrize(
    ("text", "phrase", "column"),
    [
        ("list first names of nurses", "first names", "fname"),
        ("list forenames of nurses", "forenames", "fname"),
        ("list first and last names", "first", "fname"),
        ("list the phone number of all nurses", "phone number", "phone_number"),
        ("list phone numbers", "phone numbers", "phone_number"),
        ("what is the enrolment", "enrolment", "enr"),
        ("list the names of wards", "names of wards", "title"),
        ("list the colour of wards", "colour", "wcolour"),
    ],
)
def test_words_name_a_column(text: str, phrase: str, column: str) -> None:
    assert item(text, phrase).columns[0].column.name == column


def test_the_first_of_a_pair_of_names_is_no_superlative() -> None:
    assert item("list first and last names", "first").operator is None


def test_words_in_capitals_that_nothing_knows_may_be_a_name() -> None:
    categories = {item.phrase: item.category for item in ways("which ward is the nurse Jane Roe in")[0]}
    assert categories["Jane Roe"] == "P"


def test_a_stored_word_is_no_part_of_another_name() -> None:
    stored = ValueMatch("East", "wards", "title", "East")
    found = [item.phrase for item in ways("is Jane Roe of East there", stored)[0]]
    assert found == ["is", "Jane Roe", "of", "East", "there"]


def test_a_letter_that_is_stored_is_no_article() -> None:
    stored = ValueMatch("A", "wards", "floor", "A")
    assert item("which ward is on floor A", "A", stored).values[0].value == "A"
    assert "a" not in [item.phrase for item in ways("who works on a floor", stored)[0]]


def test_a_word_that_asks_is_no_part_of_a_name() -> None:
    assert not item("List stay of wards", "List").columns


def test_a_column_may_be_an_aggregate_of_another() -> None:
    first, *others = ways("show the average stay of wards")
    assert next(item.phrase for item in first if item.columns) == "average stay"
    cut = next(items for items in others if any(item.phrase == "average" for item in items))
    assert next(item for item in cut if item.phrase == "average").operator == Aggregate("avg")


def test_nearby_tables_speak_for_their_columns() -> None:
    link = item("list floor of wards", "floor").columns[0]
    assert (link.table.id, link.beside) == ("wards", "next")

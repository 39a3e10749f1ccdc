"""How the readings of a question are gone through: each option once, and no more than can be told apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.drafters.builtin.alternatives import alternatives
from agent.drafters.builtin.choices import Choice, Decisions, Option
from agent.drafters.builtin.query import ColumnTerm
from agent.errors import NotUnderstoodError
from agent.records import Draft


def choice(about: str, *names: str) -> Choice:
    return Choice(about, tuple(Option((ColumnTerm("t", name),), f"{about} is {name}") for name in names))


def reader(
    *choices: Choice, fails: frozenset[str] = frozenset(), same: frozenset[str] = frozenset()
) -> Callable[[Decisions], Draft]:
    """Reads by the choices in turn, failing at some options, and taking others for the same."""

    def read(decisions: Decisions) -> Draft:
        names = [decisions.take(met).columns[0].column for met in choices]
        failing = fails & set(names)
        if failing:
            raise NotUnderstoodError(f"no way to {', '.join(sorted(failing))}")
        return Draft(" ".join("same" if name in same else name for name in names), "builtin", 0.9)

    return read


def readings(draft: Draft) -> list[tuple[str, str]]:
    return [(one.sql, one.reading) for one in (draft, *draft.alternatives)]


def test_without_a_choice_there_is_one_reading() -> None:
    assert readings(alternatives(reader())) == [("", "")]


def test_each_option_is_a_reading_best_first() -> None:
    assert readings(alternatives(reader(choice("x", "a", "b", "c")))) == [
        ("a", "x is a"),
        ("b", "x is b"),
        ("c", "x is c"),
    ]


def test_two_choices_multiply() -> None:
    found = readings(alternatives(reader(choice("x", "a", "b"), choice("y", "c", "d"))))

    assert [sql for sql, _ in found] == ["a c", "a d", "b c", "b d"]
    assert found[1][1] == "x is a, y is d"


def test_a_reading_that_cannot_be_made_is_dropped() -> None:
    assert readings(alternatives(reader(choice("x", "a", "b"), fails=frozenset("a")))) == [("b", "")]


def test_what_all_readings_share_does_not_tell_them_apart() -> None:
    found = alternatives(reader(choice("x", "a", "b"), choice("y", "c", "d"), fails=frozenset("b")))

    assert readings(found) == [("a c", "y is c"), ("a d", "y is d")]


def test_readings_of_the_same_sql_are_one() -> None:
    assert readings(alternatives(reader(choice("x", "a", "b"), same=frozenset("ab")))) == [("same", "")]


def test_where_no_reading_can_be_made_the_first_says_why() -> None:
    with pytest.raises(NotUnderstoodError, match="no way to a"):
        alternatives(reader(choice("x", "a", "b"), fails=frozenset("ab")))


def test_every_reading_of_two_choices_is_offered() -> None:
    assert len(readings(alternatives(reader(choice("x", "a", "b"), choice("y", *"cde"))))) == 6


def test_eight_readings_are_the_most_that_are_offered() -> None:
    assert len(readings(alternatives(reader(choice("x", *"abcdefgh"))))) == 8


def test_too_many_readings_are_none_with_a_word_on_what_is_open() -> None:
    with pytest.raises(NotUnderstoodError) as caught:
        alternatives(reader(choice("x", "a", "b", "c"), choice("y", *"defg")))

    assert caught.value.message == (
        "the question can be read in more than 8 ways: it leaves open whether x is a or x is b or x is c,"
        " and whether y is d or y is e or y is f or y is g"
    )


def test_a_third_choice_is_too_many() -> None:
    with pytest.raises(NotUnderstoodError, match="z is e or z is f"):
        alternatives(reader(choice("x", "a", "b"), choice("y", "c", "d"), choice("z", "e", "f")))


def test_a_single_option_is_no_choice() -> None:
    read = reader(choice("w", "o"), choice("x", "a", "b"), choice("v", "p"), choice("y", "c", "d"))

    assert [sql for sql, _ in readings(alternatives(read))] == ["o a p c", "o a p d", "o b p c", "o b p d"]

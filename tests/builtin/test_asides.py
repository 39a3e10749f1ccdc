from __future__ import annotations

from datetime import date

import pytest

from agent.drafters.builtin.lexicon.load_lexicon import load_lexicon
from agent.drafters.builtin.question.asides import asides
from agent.drafters.builtin.question.dates import Calendar
from agent.drafters.builtin.question.tokens import tokens
from agent.records import Catalog, Context, Question, ValueMatch

LEXICON = load_lexicon()
TODAY = date(2026, 11, 21)


def left(text: str, *values: str) -> tuple[str, tuple[str, ...]]:
    matches = tuple(ValueMatch(value, "t", "c", value) for value in values)
    context = Context(Question(text, TODAY), Catalog("sqlite", ()), (), matches)
    calendar = Calendar(TODAY, "monday", LEXICON.months)
    found, says = asides(tokens(text, LEXICON.numbers, LEXICON.magnitudes), context, LEXICON, calendar)
    return " ".join(token.text for token in found), says


@pytest.mark.parametrize(
    ("text", "rest", "said"),
    [
        ("Hi, list the orders", "list the orders", ()),
        ("list the orders. Many thanks", "list the orders Many thanks", ()),
        ("list the orders, thanks a lot", "list the orders", ()),
        ("My boss is waiting. List the orders", "List the orders", ("My boss is waiting",)),
        ("we want to say thanks, so who ordered most", "who ordered most", ("we want to say thanks",)),
        ("list the orders, the client is angry", "list the orders", ("the client is angry",)),
    ],
)
def test_what_stands_beside_the_question_is_left_out(text: str, rest: str, said: tuple[str, ...]) -> None:
    assert left(text) == (rest, tuple(f'left out "{statement}"' for statement in said))


@pytest.mark.parametrize(
    "text",
    [
        "we had problems in May. List the orders",
        "it is about 42 orders. Which are they",
        "our client is Jane Roe. List the orders",
        "there were no returns. List the orders",
        "we want to see the orders. Which are open",
        "list the customers, the ones that have orders",
        "list the customers, the orders they have",
        "thanks",
    ],
)
def test_what_may_tell_rows_apart_or_asks_is_kept(text: str) -> None:
    assert left(text)[1] == ()
    assert len(left(text)[0].split()) == len(tokens(text, {}, {}))


def test_a_stored_value_is_kept() -> None:
    assert left("our shop is in Oslo. List the orders", "Oslo")[1] == ()
    assert left("our printer is slow. List the orders", "slow")[1] == ()
    assert left("our printer is slow. List the orders")[1] == ('left out "our printer is slow"',)

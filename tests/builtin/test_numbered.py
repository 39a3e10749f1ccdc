from __future__ import annotations

import pytest

from agent.drafters.builtin.lexicon.load_lexicon import load_lexicon
from agent.drafters.builtin.question.numbered import numbered
from agent.drafters.builtin.question.pronouns import pronouns
from agent.drafters.builtin.question.tokens import tokens

LEXICON = load_lexicon()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("order no. 12", "order 12"),
        ("order nr. 12", "order 12"),
        ("order nr 12", "order 12"),
        ("order #12", "order 12"),
        ("our no. 2 client", "our 2nd top client"),
        ("the #1 client", "the top client"),
        ("no 2 orders", "no 2 orders"),
        ("no orders", "no orders"),
    ],
)
def test_a_number_is_read_without_what_says_that_it_is_one(text: str, read: str) -> None:
    found = numbered(tokens(text, LEXICON.numbers, LEXICON.magnitudes), text)
    assert " ".join(token.text for token in found) == read


def test_the_place_in_an_order_is_that_of_the_number() -> None:
    text = "our no. 2 client"
    found = numbered(tokens(text, LEXICON.numbers, LEXICON.magnitudes), text)
    assert [(token.text, token.start, token.end, token.ordinal) for token in found[1:3]] == [
        ("2nd", 4, 9, 2),
        ("top", 4, 9, None),
    ]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("a finished project and an active one", False),
        ("the cheapest one", False),
        ("customers with more than one order", True),
        ("exactly one", True),
        ("the one customer", True),
        ("rating of one", True),
    ],
)
def test_one_is_a_number_where_it_counts(text: str, counts: bool) -> None:
    found = pronouns(tokens(text, LEXICON.numbers, LEXICON.magnitudes))
    assert any(token.value == 1 for token in found) is counts

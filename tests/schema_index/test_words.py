from __future__ import annotations

import pytest

from agent.schema_index.words import humanise, normalise, singular, stem_key


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("order_items", "order items"),
        ("customerID", "customer id"),
        ("HTMLPageIDs", "html page ids"),
        ("address2", "address 2"),
        ("Straße des Kunden", "straße des kunden"),
        ("dbo.Größe-cm", "dbo größe cm"),
        ("__", ""),
    ],
)
def test_a_name_is_said_in_words(name: str, words: str) -> None:
    assert humanise(name) == words


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("categories", "category"),
        ("addresses", "address"),
        ("boxes", "box"),
        ("houses", "house"),
        ("statuses", "status"),
        ("status", "status"),
        ("movies", "movie"),
        ("people", "person"),
        ("analysis", "analysis"),
        ("gas", "gas"),
    ],
)
def test_the_singular_of_a_word(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_accents_case_punctuation_and_plural_do_not_matter() -> None:
    assert normalise("  São-Paulo! ") == "sao paulo"
    assert stem_key("SMART phones") == stem_key("smart-phone")

from __future__ import annotations

import pytest

from agent.schema_index.segment import segment


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("customername", ("customer", "name")),
        ("financialserviceaccount", ("financial", "service", "account")),
        ("orderid", ("order", "id")),
        ("lasttradedvalue", ("last", "traded", "value")),
        ("placeofbirth", ("place", "of", "birth")),
        ("departments", ("departments",)),
        ("homework", ("homework",)),
        ("qty", ("qty",)),
        ("xkcdqwzptl", ("xkcdqwzptl",)),
        ("größenangabe", ("größenangabe",)),
        ("", ("",)),
    ],
)
def test_words_written_together_are_taken_apart(word: str, parts: tuple[str, ...]) -> None:
    assert segment(word) == parts


def test_a_very_long_word_takes_no_long_time() -> None:
    assert segment("ab" * 500) == ("ab" * 500,)
    assert len(segment("salary" * 100)) == 100

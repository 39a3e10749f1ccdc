from __future__ import annotations

import pytest

from agent.schema_index.synonyms import FILE_NAME, NEAR, SAME, synonyms
from agent.schema_index.words import data_lines


@pytest.mark.parametrize(
    ("asked", "called", "weight"),
    [
        ("clients", "customer", SAME),
        ("customer", "client", SAME),
        ("forename", "first name", SAME),
        ("first name", "given name", SAME),
        ("telephone", "phone", SAME),
        ("buyers", "customer", NEAR),
    ],
)
def test_a_word_is_known_by_its_other_names(asked: str, called: str, weight: float) -> None:
    assert synonyms(asked)[called] == weight


def test_an_unknown_word_has_none() -> None:
    assert not synonyms("xyzzy")
    assert not synonyms("")


def test_every_line_of_the_table_is_found() -> None:
    lines = data_lines(FILE_NAME)
    assert lines == tuple(sorted(lines))
    # A stem is a stem of its own but for a few, so most keys find their own line.
    keys = [line.partition(":")[0] for line in lines[::50]]
    assert sum(bool(synonyms(key)) for key in keys) > 0.9 * len(keys)

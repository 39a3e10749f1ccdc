from __future__ import annotations

import pytest

from agent.schema_index.other_names import other_names
from agent.schema_index.phrases import words_of


def named(text: str) -> set[str]:
    return {other.name for other in other_names(words_of(text), frozenset())}


@pytest.mark.parametrize("text", ["in the UK", "in the uk", "British clients", "great britain", "GB only"])
def test_a_place_is_found_by_each_of_its_names(text: str) -> None:
    assert "United Kingdom" in named(text)


@pytest.mark.parametrize("text", ["show us all", "it is in", "to be or not", "in"])
def test_a_code_is_read_only_as_it_is_written(text: str) -> None:
    assert named(text) == set()


def test_what_is_understood_has_no_other_name() -> None:
    words = words_of("German wine")
    assert list(other_names(words, {0})) == []


def test_a_code_is_stored_only_where_such_places_are() -> None:
    (code,) = [other for other in other_names(words_of("Germany"), frozenset()) if other.name == "DE"]
    assert code.is_in("country_code")
    assert not code.is_in("language")
    (name,) = [other for other in other_names(words_of("Dutch"), frozenset()) if other.name == "Holland"]
    assert name.is_in("made_in")

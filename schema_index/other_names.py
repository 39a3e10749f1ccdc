"""Other names of stored places: "UK" and "British" where `United Kingdom` is stored, "Germany" where `DE` is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from typing import NamedTuple

from agent.schema_index.phrases import Word, phrase_key, words_of
from agent.schema_index.words import data_lines, name_words

# The words of names of columns that hold codes of such places.
_HOLDERS = {
    "country": frozenset({"country", "nation", "nationality", "citizenship", "market", "origin"}),
    "state": frozenset({"state", "province", "region"}),
    "city": frozenset({"city", "town"}),
}
MAX_CODE, MAX_WORDS = 3, 4


class OtherName(NamedTuple):
    """The place of a phrase among the words of a question, a text that may be stored for it, and its form."""

    start: int
    end: int
    name: str
    key: str
    kind: str

    def is_in(self, column: str) -> bool:
        """Whether the text may be stored in a column: a code is one only where the column is for such places."""
        return not _is_code(self.name) or not _HOLDERS[self.kind].isdisjoint(name_words(column))


def other_names(words: Sequence[Word], covered: Set[int]) -> Iterator[OtherName]:
    """The other names of what a question names, of which the words in `covered` are understood already."""
    groups = _groups()
    for start in range(len(words)):
        for end in range(start + 1, min(start + MAX_WORDS, len(words)) + 1):
            if not covered.isdisjoint(range(start, end)):
                break
            said = " ".join(word.text for word in words[start:end])
            for typed, kind, names in groups.get(phrase_key(words[start:end]), ()):
                if not _is_code(typed) or said == typed:
                    yield from (OtherName(start, end, name, _key(name), kind) for name in names if name != typed)


@cache
def _groups() -> Mapping[str, Sequence[tuple[str, str, tuple[str, ...]]]]:
    """By the form of a name: the name, what it is, and all names of the place."""
    found: dict[str, list[tuple[str, str, tuple[str, ...]]]] = defaultdict(list)
    for line in data_lines("other_names.txt"):
        kind, _, listed = line.partition(": ")
        names = tuple(listed.split(", "))
        for name in names:
            found[_key(name)].append((name, kind, names))
    return found


def _key(name: str) -> str:
    return phrase_key(words_of(name))


def _is_code(name: str) -> bool:
    return len(name) <= MAX_CODE and name.isupper()

"""Words that mean the same, or something broader or narrower, from WordNet."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cache

from agent.schema_index.words import data_lines

FILE_NAME = "synonyms.txt"
# How much of a word another one is.
SAME, NEAR = 0.7, 0.4


def synonyms(phrase: str) -> Mapping[str, float]:
    """What else a word or phrase may be called, each with how much that counts, between 0 and 1."""
    lines = data_lines(FILE_NAME)
    start = f"{key_of(phrase)}:"
    place = bisect_left(lines, start)
    if place == len(lines) or not lines[place].startswith(start):
        return {}
    same, _, near = lines[place].removeprefix(start).partition("|")
    return dict.fromkeys(_words(near), NEAR) | dict.fromkeys(_words(same), SAME)


def key_of(phrase: str) -> str:
    """The stems of the words of a phrase."""
    return " ".join(_stem(word) for word in phrase.replace("_", " ").lower().split())


@cache
def _stem(word: str) -> str:
    import snowballstemmer

    return str(snowballstemmer.stemmer("porter").stemWord(word))


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]

"""Stored values that are written almost as in a question: with a spelling mistake, or without their ending."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from agent.schema_index.names import has_word
from agent.schema_index.phrases import Word, phrase_key, words_of
from agent.schema_index.spelling import LONG, allowed_distance, is_familiar, is_spelled, near_words, spelled_words
from agent.schema_index.value_table import Row, find_beginnings, find_stored
from agent.schema_index.words import data_lines, normalise

# Bounds of the search: words with a mistake, and words of a phrase around one.
MAX_UNKNOWN, MAX_PHRASE = 8, 5
MAX_SIGNS = 8
MAX_COLUMNS = 20

Span = tuple[int, int]
"""The place of a phrase among the words: its first, and the one after its last."""


class NearValue(NamedTuple):
    """A stored value, the phrase that is near it, and by how many letters they differ."""

    span: Span
    row: Row
    distance: int


class _Guess(NamedTuple):
    span: Span
    distance: int
    corrected: frozenset[str]


def find_near(words: Sequence[Word], covered: Collection[int], connection: sqlite3.Connection) -> list[NearValue]:
    """The values nearest to phrases of a question, of which the words in `covered` are understood already."""
    guesses: dict[str, list[_Guess]] = defaultdict(list)
    for key, guess in (*_corrected(words, covered, connection), *_lengthened(words, covered, connection)):
        guesses[key].append(guess)
    found = [
        NearValue(guess.span, row, guess.distance)
        for row in find_stored(connection, guesses, MAX_COLUMNS)
        for guess in guesses[row.key]
        if guess.corrected <= spelled_words(words_of(row.value))
    ]
    least: dict[Span, int] = {}
    for near in found:
        least[near.span] = min(near.distance, least.get(near.span, near.distance))
    return [near for near in found if near.distance == least[near.span]]


def _corrected(
    words: Sequence[Word], covered: Collection[int], connection: sqlite3.Connection
) -> Iterator[tuple[str, _Guess]]:
    """The phrases with words of stored values in the place of words that nobody knows."""
    odd = (place for place in range(len(words)) if place not in covered and _is_odd(words, place))
    unknown = [place for place in odd if not has_word(words[place].text, connection)]
    choices = {place: near_words(words[place].key, connection) for place in unknown[:MAX_UNKNOWN]}
    for start, end in dict.fromkeys(span for place in choices for span in _around(place, len(words))):
        places = [place for place in range(start, end) if place in choices]
        if len(places) > allowed_distance(LONG):
            continue
        for chosen in product(*(choices[place] for place in places)):
            phrase = list(words[start:end])
            for place, near in zip(places, chosen, strict=True):
                phrase[place - start] = words[place]._replace(key=near.word)
            key, distance = phrase_key(phrase), sum(near.distance for near in chosen)
            if 0 < distance <= allowed_distance(len(key)):
                yield key, _Guess((start, end), distance, frozenset(near.word for near in chosen))


def _is_odd(words: Sequence[Word], place: int) -> bool:
    word = words[place]
    is_glued = word.glued or (place + 1 < len(words) and words[place + 1].glued)
    return is_spelled(word.text) and not is_glued and not is_familiar(word.text, word.key)


def _around(place: int, length: int) -> Iterator[Span]:
    for start in range(max(0, place - MAX_PHRASE + 1), place + 1):
        for end in range(place + 1, min(length, start + MAX_PHRASE) + 1):
            yield start, end


def _lengthened(
    words: Sequence[Word], covered: Collection[int], connection: sqlite3.Connection
) -> Iterator[tuple[str, _Guess]]:
    """The phrases in signs with the endings that people leave out: 上海 for 上海市."""
    spans = {}
    for start in range(len(words)):
        for end in range(start + 1, min(start + MAX_SIGNS, len(words)) + 1):
            if not words[end - 1].is_sign or (end > start + 1 and not words[end - 1].glued) or end - 1 in covered:
                break
            if end - start > 1:
                spans[start, end] = phrase_key(words[start:end])
    begun = find_beginnings(connection, dict.fromkeys(spans.values()))
    for ending in data_lines("endings.txt"):
        guesses = ((key + normalise(ending), _Guess(span, len(ending), frozenset())) for span, key in spans.items())
        yield from ((key, guess) for key, guess in guesses if spans[guess.span] in begun)

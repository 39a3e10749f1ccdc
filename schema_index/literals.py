"""Stored values that occur in a question, as they are stored or almost."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from agent.records import ValueMatch
from agent.schema_index.near_values import find_near
from agent.schema_index.other_names import other_names
from agent.schema_index.part_values import find_parts
from agent.schema_index.phrases import Word, is_unparted, phrase_key, phrases, words_of
from agent.schema_index.value_table import TABLES, count_values, find_beginnings, find_stored, write_values
from agent.schema_index.words import word_list

__all__ = ["TABLES", "count_values", "find_values", "write_values"]

MAX_MATCHES = 200
# Of a value that is stored in more columns, these are told.
MAX_COLUMNS = 50
# Values up to this length must be written as they are stored.
SHORT = 3

_DIGITS = re.compile(r"[\d\W]{1,4}")
_LETTER = re.compile(r"[^\W_]")


class _Found(NamedTuple):
    """A match and the place of its phrase: its first word, and the one after its last."""

    start: int
    end: int
    match: ValueMatch


def find_values(question: str, connection: sqlite3.Connection) -> tuple[ValueMatch, ...]:
    """Stored values whose words occur in the question, longest first, none inside a longer one; then near ones.

    Case, accents, punctuation and the plural do not matter, except that a value of at most three letters
    must be written as stored (`IT` is a department, `it` is not), that a word like `all` is never a value
    alone, and that neither is a number of at most four digits. Chinese, Japanese and Korean values are found
    without blanks around them. Where no word of it is stored, a place is found by its other names, too. A near value
    differs in one letter, or from eight letters on in two, in words that are neither numbers nor codes nor common words
    of English. Last come values of which only a part is said.
    """
    text = unicodedata.normalize("NFC", question)
    words = words_of(text)
    exact = _outermost(_exact(text, words, connection))
    exact += _outermost(_renamed(text, words, _places(exact), connection))
    covered = _places(exact)
    near = sorted(_outermost(_near(text, words, covered, connection)), key=lambda found: found.match.distance)
    first: dict[tuple[str, str, str], ValueMatch] = {}
    covered |= _places(near)
    for _, _, match in (*exact, *near, *_parts(text, words, covered, connection)):
        first.setdefault((match.table, match.column, match.value), match)
    return tuple(first.values())[:MAX_MATCHES]


def _exact(text: str, words: Sequence[Word], connection: sqlite3.Connection) -> Iterator[_Found]:
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for start, end in _spans(words, connection):
        for key in _keys(words[start:end]):
            spans[key].append((start, end))
    for row in find_stored(connection, spans, MAX_COLUMNS):
        for start, end in spans[row.key]:
            phrase = _said(text, words[start].start, words[end - 1].end, row.value)
            if phrase:
                yield _Found(start, end, ValueMatch(phrase, row.table, row.column, row.value, columns=row.columns))


def _renamed(text: str, words: Sequence[Word], covered: set[int], connection: sqlite3.Connection) -> Iterator[_Found]:
    named = defaultdict(list)
    for other in other_names(words, covered):
        named[other.key].append(other)
    for row in find_stored(connection, named, MAX_COLUMNS):
        for other in named[row.key]:
            if other.is_in(row.column):
                phrase = text[words[other.start].start : words[other.end - 1].end]
                yield _Found(
                    other.start, other.end, ValueMatch(phrase, row.table, row.column, row.value, 0, row.columns)
                )


def _places(found: Iterable[_Found]) -> set[int]:
    return {place for one in found for place in range(one.start, one.end)}


def _spans(words: Sequence[Word], connection: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Every word, and every longer phrase whose first two words, or signs, begin a stored value."""
    pairs = [_keys(words[start : start + 2]) for start in range(len(words) - 1)]
    begun = find_beginnings(connection, dict.fromkeys(key for keys in pairs for key in keys))
    for start in range(len(words)):
        if start < len(pairs) and not begun.isdisjoint(pairs[start]):
            yield from ((start, end) for end in phrases(words, start))
        else:
            yield start, start + 1


def _keys(words: Sequence[Word]) -> tuple[str, ...]:
    """The form of a phrase, and that without the ending of a short last word, which keeps it ("check-ups")."""
    key, last = phrase_key(words), words[-1].text.lower()
    short = len(words) > 1 and len(last) <= SHORT and last.endswith("s")
    return (key, key.removesuffix("s")) if short else (key,)


def _said(text: str, start: int, end: int, value: str) -> str:
    """The part of the text that says a value of the same key; empty where the value is not meant."""
    phrase = text[start:end]
    word = phrase.lower()
    if len(value) <= SHORT and not is_unparted(value):
        # Marks count too: "A+" is not "A".
        letter = _LETTER.search(value)
        place = start - (letter.start() if letter else 0)
        last = place + len(value)
        # "dogs" is a plural, and no "dog" with a letter behind it.
        if place >= 0 and text[place:last] == value and not text[last : last + 1].isalnum():
            word = phrase = value
        elif phrase != f"{value}s":
            return ""
    is_common = word in word_list("stopwords.txt") or word in word_list("signs.txt")
    return "" if is_common or _DIGITS.fullmatch(value) else phrase


def _near(text: str, words: Sequence[Word], covered: set[int], connection: sqlite3.Connection) -> Iterator[_Found]:
    for (start, end), row, distance in find_near(words, covered, connection):
        phrase = text[words[start].start : words[end - 1].end]
        yield _Found(start, end, ValueMatch(phrase, row.table, row.column, row.value, distance, row.columns))


def _parts(text: str, words: Sequence[Word], covered: set[int], connection: sqlite3.Connection) -> Iterator[_Found]:
    for start, end, table, column, value in find_parts(words, covered, connection):
        phrase = text[words[start].start : words[end - 1].end]
        # As many letters are left out at least.
        distance = max(len(value) - len(phrase), 1)
        yield _Found(start, end, ValueMatch(phrase, table, column, value, distance))


def _outermost(found: Iterable[_Found]) -> list[_Found]:
    """The longest first, without those inside a longer one."""
    known = list(found)
    spans = {(one.start, one.end) for one in known}
    kept = [
        one
        for one in known
        if not any(
            start <= one.start and one.end <= end and (start, end) != (one.start, one.end) for start, end in spans
        )
    ]
    return sorted(kept, key=lambda one: (-len(one.match.phrase), one.start))

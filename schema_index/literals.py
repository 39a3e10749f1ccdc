"""Stored values that occur in a question."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agent.records import ValueMatch
from agent.schema_index.sample import StoredValue
from agent.schema_index.words import stem_key, word_list

MAX_PHRASE = 6
# Longer questions are prose, of which the first words are read.
MAX_WORDS = 500
MAX_MATCHES = 50
_AT_ONCE = 500

TABLES = (
    "CREATE TABLE value (key TEXT NOT NULL, table_id TEXT NOT NULL, column TEXT NOT NULL, value TEXT NOT NULL)",
    "CREATE INDEX value_key ON value (key)",
)
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"[\d\W]{1,4}")


class _Phrase(NamedTuple):
    start: int
    end: int
    text: str


def write_values(connection: sqlite3.Connection, values: Iterable[StoredValue]) -> None:
    """Replace what the value index holds."""
    connection.execute("DELETE FROM value")
    rows = ((stem_key(value), table, column, value) for table, column, value in values)
    connection.executemany("INSERT INTO value VALUES (?, ?, ?, ?)", (row for row in rows if row[0]))


def find_values(question: str, connection: sqlite3.Connection) -> tuple[ValueMatch, ...]:
    """Stored values whose words occur in the question, longest first, none inside a longer one.

    Case, accents, punctuation and the plural do not matter, except that a value of at most three letters
    must be written as stored (`IT` is a department, `it` is not), that a word like `all` is never a value
    alone, and that neither is a number of at most four digits.
    """
    phrases: dict[str, list[_Phrase]] = {}
    for phrase in _phrases(unicodedata.normalize("NFC", question)):
        phrases.setdefault(stem_key(phrase.text), []).append(phrase)
    found: list[tuple[_Phrase, tuple[str, str, str]]] = []
    for n in range(0, len(phrases), _AT_ONCE):
        keys = list(phrases)[n : n + _AT_ONCE]
        marks = ", ".join("?" * len(keys))
        rows = connection.execute(
            f"SELECT key, table_id, column, value FROM value WHERE key IN ({marks}) ORDER BY rowid",  # noqa: S608
            keys,
        )
        for key, table, column, value in rows:
            match = (table, column, value)
            found += ((phrase, match) for phrase in phrases[key] if _means(phrase.text, value))
    spans = {(phrase.start, phrase.end) for phrase, _ in found}
    found = [(phrase, match) for phrase, match in found if not _inside(phrase, spans)]
    found.sort(key=lambda pair: (pair[0].start - pair[0].end, pair[0].start))
    first: dict[tuple[str, str, str], str] = {}
    for phrase, match in found:
        first.setdefault(match, phrase.text)
    return tuple(ValueMatch(text, *match) for match, text in first.items())[:MAX_MATCHES]


def _phrases(question: str) -> Iterator[_Phrase]:
    spans = [match.span() for match, _ in zip(_WORD.finditer(question), range(MAX_WORDS), strict=False)]
    for length in range(MAX_PHRASE, 0, -1):
        for first, last in zip(spans, spans[length - 1 :], strict=False):
            yield _Phrase(first[0], last[1], question[first[0] : last[1]])


def _means(phrase: str, value: str) -> bool:
    stop = word_list("stopwords.txt")
    if len(value) <= 3:
        return phrase == value and phrase not in stop and not _DIGITS.fullmatch(value)
    return phrase.lower() not in stop and not _DIGITS.fullmatch(value)


def _inside(phrase: _Phrase, spans: set[tuple[int, int]]) -> bool:
    span = (phrase.start, phrase.end)
    return any(start <= phrase.start and phrase.end <= end and (start, end) != span for start, end in spans)

"""The words of stored values, by trigrams, for a word of a question that is written almost like one of them."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations, pairwise
from typing import NamedTuple

from agent.schema_index.edit_distance import edit_distance
from agent.schema_index.phrases import Word, is_unparted
from agent.schema_index.words import package_text, word_list

TABLES = (
    # `uses` is the number of stored values that have the word.
    "CREATE TABLE value_word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, uses INTEGER NOT NULL)",
    # Trigrams, each with the first letter of its word before it, since a mistake is seldom there.
    "CREATE VIRTUAL TABLE spelling USING fts5(trigrams, content = '', columnsize = 0, detail = none,"
    " tokenize = \"unicode61 remove_diacritics 0 tokenchars '^$'\")",
)
MIN_LETTERS, MAX_LETTERS = 4, 30
# From this length on, two letters may be wrong.
LONG = 8
# All capitals up to this length are a code, and of two codes each means something else.
MAX_CODE = 5
MAX_NEAR = 5


class NearWord(NamedTuple):
    """A word of stored values, and how many letters tell it from the one that was asked for."""

    word: str
    distance: int


def allowed_distance(letters: int) -> int:
    """The number of wrong letters with which a word or phrase of so many letters is still taken for another."""
    return 2 if letters >= LONG else 1


def near_words(word: str, connection: sqlite3.Connection) -> list[NearWord]:
    """The words of stored values nearest to one in its form for comparison, nearest first, then the most used.

    They begin with the same letter, since few mistakes are made in it (Pollock and Zamora, CACM 1984), or with the
    first two swapped.
    """
    for most in range(1, allowed_distance(len(word)) + 1):
        # Each mistake changes two of the letters at most, which rules most words out, faster than their distance.
        letters = set(word)
        likely = ((o, uses) for o, uses in _alike(word, most, connection) if len(letters ^ set(o)) <= 2 * most)
        found = sorted({(edit_distance(word, other, most), -uses, other) for other, uses in likely})
        near = [NearWord(other, far) for far, _, other in found if far <= most and not _is_derived(word, other, far)]
        if near:
            return near[:MAX_NEAR]
    return []


def _alike(word: str, most: int, connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """The words, with their uses, that share enough trigrams with one for so many mistakes."""
    yield from connection.execute(
        "SELECT w.word, w.uses FROM spelling CROSS JOIN value_word AS w ON w.id = spelling.rowid"
        " WHERE spelling MATCH ? AND length(w.word) BETWEEN ? AND ?",
        (_shared(word, most), len(word) - most, len(word) + most),
    )
    # Swapped letters may be in two pieces, and then spoil both.
    swaps = [word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1)]
    yield from connection.execute(
        "SELECT word, uses FROM value_word WHERE word IN (SELECT value FROM json_each(?))", (json.dumps(swaps),)
    )


def _is_derived(word: str, other: str, distance: int) -> bool:
    """Whether two letters differ at the very end: then it is another word, as "technician" and "technical" are."""
    return distance > 1 and word[: max(len(word), len(other)) - 3] == other[: max(len(word), len(other)) - 3]


def _shared(word: str, most: int) -> str:
    """The trigrams that words with up to `most` mistakes have, as a question in FTS5's language.

    Of one more piece than there may be mistakes, one is whole; of two more pieces, two are (the filter of Wu and
    Manber, CACM 1992).
    """
    trigrams = _trigrams(word)
    length = len(trigrams) + 2
    whole = 2 if length >= 3 * (most + 2) else 1
    count = most + whole
    cuts = [length * n // count for n in range(count + 1)]
    pieces = [" AND ".join(f'"{part}"' for part in trigrams[start : end - 2]) for start, end in pairwise(cuts)]
    return " OR ".join(f"({' AND '.join(chosen)})" for chosen in combinations(pieces, whole))


def _trigrams(word: str) -> list[str]:
    # The marks make trigrams of the first two letters and of the last two.
    marked = f"^{word}$"
    return [word[0] + marked[n : n + 3] for n in range(len(marked) - 2)]


def is_spelled(text: str) -> bool:
    """Whether a word, as it is typed or stored, can have a spelling mistake: it is no number, code or sign."""
    is_code = text.isupper() and len(text) <= MAX_CODE
    return text.isalpha() and MIN_LETTERS <= len(text) <= MAX_LETTERS and not is_code and not is_unparted(text)


def is_familiar(word: str, key: str) -> bool:
    """Whether a word, with its form for comparison, is a common one of English, and so no spelling mistake."""
    return len(key) < MIN_LETTERS or key in _common_words() or word.lower() in word_list("stopwords.txt")


@cache
def _common_words() -> frozenset[str]:
    # A long list, which is read here ten times as fast as by `word_list`; its comments are no words.
    return frozenset(package_text("common_words.txt").splitlines())


def spelled_words(words: Iterable[Word]) -> set[str]:
    """Those of the words of a stored value, in their form for comparison, for which a mistake may be taken."""
    return {
        word.key for word in words if is_spelled(word.text) and len(word.key) >= MIN_LETTERS and " " not in word.key
    }


def count_words(connection: sqlite3.Connection, changes: Counter[str]) -> None:
    """Add to the uses of words, or take from them."""
    connection.executemany(
        "INSERT INTO value_word (word, uses) VALUES (?, ?)"
        " ON CONFLICT (word) DO UPDATE SET uses = uses + excluded.uses",
        changes.items(),
    )


def index_words(connection: sqlite3.Connection, after: int) -> None:
    """Bring the trigrams up to date: with words that came after an id, and without those that nothing uses any more."""
    if connection.execute("DELETE FROM value_word WHERE uses <= 0").rowcount:
        # A row that is deleted from a full-text index stays in its file.
        connection.execute("DROP TABLE spelling")
        connection.execute(TABLES[1])
        after = 0
    connection.executemany("INSERT INTO spelling (rowid, trigrams) VALUES (?, ?)", _words_after(connection, after))


def _words_after(connection: sqlite3.Connection, after: int) -> Iterator[tuple[int, str]]:
    for number, word in connection.execute("SELECT id, word FROM value_word WHERE id > ? ORDER BY id", (after,)):
        yield number, " ".join(_trigrams(word))

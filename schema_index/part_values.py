"""Stored values of which a question says a part: "damaged" for `damaged on arrival`, "tents" for `Alder Tent`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from agent.schema_index.phrases import Word, phrase_key
from agent.schema_index.spelling import is_spelled
from agent.schema_index.value_table import count_values
from agent.schema_index.words import word_list

# Every value is looked at; of a phrase so many words, and of a value no more, since a longer one is prose.
MAX_LOOKED_AT, MAX_PHRASE, MAX_VALUE = 100_000, 3, 4
MIN_LETTERS = 4


class PartValue(NamedTuple):
    """The place of a phrase among the words of a question, and a value with it that a column stores."""

    start: int
    end: int
    table: str
    column: str
    value: str


def find_parts(words: Sequence[Word], covered: Set[int], connection: sqlite3.Connection) -> Iterator[PartValue]:
    """For each column one of the values that have a phrase of the question, the longest phrases first.

    The words in `covered` are understood already. Nothing is found where there are too many values to look at.
    """
    if count_values(connection) > MAX_LOOKED_AT:
        return
    stored = _stored(
        {word.key for place, word in enumerate(words) if place not in covered and _may_be(word)}, connection
    )
    # "room 12" is not room 13.
    counted = {place for place in range(len(words) - 1) if words[place + 1].text.isdigit()}
    known = covered | counted
    free = [place for place, word in enumerate(words) if place not in known and word.key in stored]
    taken: set[int] = set()
    for size in range(MAX_PHRASE, 0, -1):
        spans = {
            place: phrase_key(words[place : place + size])
            for place in free
            if all(other in free and other not in taken for other in range(place, place + size))
        }
        for key, table, column, value in _holding({*spans.values()}, connection):
            for start in (place for place, said in spans.items() if said == key):
                taken |= {*range(start, start + size)}
                yield PartValue(start, start + size, table, column, value)


def _may_be(word: Word) -> bool:
    return (
        is_spelled(word.text) and len(word.key) >= MIN_LETTERS and word.text.lower() not in word_list("stopwords.txt")
    )


def _stored(keys: Set[str], connection: sqlite3.Connection) -> set[str]:
    """The words that any value has."""
    rows = connection.execute(
        "SELECT word FROM value_word WHERE word IN (SELECT value FROM json_each(?))", (json.dumps(sorted(keys)),)
    )
    return {word for (word,) in rows}


def _holding(keys: Set[str], connection: sqlite3.Connection) -> list[tuple[str, str, str, str]]:
    """For each phrase the columns that store a longer value with it, each with the first one."""
    if not keys:
        return []
    rows = connection.execute(
        'SELECT asked.value, c.table_id, c."column", min(v.value) FROM value AS v JOIN json_each(?) AS asked'
        " ON instr(' ' || v.key || ' ', ' ' || asked.value || ' ') > 0 AND v.key <> asked.value"
        " JOIN value_column AS c ON c.id = v.column_id"
        " WHERE length(v.key) - length(replace(v.key, ' ', '')) < ? GROUP BY asked.value, v.column_id ORDER BY 1, 2, 3",
        (json.dumps(sorted(keys)), MAX_VALUE),
    )
    return rows.fetchall()

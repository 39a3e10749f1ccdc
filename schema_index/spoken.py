"""The names of a table and its columns as a person would say them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from agent.records import Table
from agent.schema_index.segment import segment
from agent.schema_index.words import data_lines, name_words

# The date of the newest of many copies says nothing of what they hold.
_DATE = re.compile(r"(?:YYYY|MM|DD|HH)[_-]?")
# Fewer columns may begin alike by chance.
_ALIKE = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a table is called, and its columns by their names."""

    table: str
    columns: Mapping[str, str]


def spoken(table: Table, abbreviations: Mapping[str, str]) -> Spoken:
    """The names of a table in whole words: `cust_ord` with `ord_qty` becomes customer order with quantity.

    Names are split into words, also those written together, abbreviations are written out (the user's own
    `abbreviations` before the common ones of abbreviations.txt), and a first word that all columns share is left out.
    """
    columns = {column.name: name_words(column.name) for column in table.columns}
    shared = _shared(list(columns.values()))
    return Spoken(
        written_out(_DATE.sub("", table.pattern) or table.name, abbreviations),
        {name: _say(words[shared:] or words, abbreviations) or name for name, words in columns.items()},
    )


def written_out(name: str, abbreviations: Mapping[str, str]) -> str:
    """A name in whole words; one that has none stays as it is."""
    return _say(name_words(name), abbreviations) or name


def _say(words: tuple[str, ...], abbreviations: Mapping[str, str]) -> str:
    return " ".join(part for word in words for part in _parts(word, abbreviations))


def _parts(word: str, abbreviations: Mapping[str, str]) -> tuple[str, ...]:
    if long := abbreviations.get(word) or common().get(word):
        return (long,)
    return tuple(common().get(part, part) for part in segment(word))


@cache
def common() -> dict[str, str]:
    """The common abbreviations, each with what it stands for."""
    pairs = (line.partition(" ") for line in data_lines("abbreviations.txt"))
    return {short: long for short, _, long in pairs}


def _shared(names: list[tuple[str, ...]]) -> int:
    """How many first words all names share."""
    if len(names) < _ALIKE:
        return 0
    shared = 0
    while all(len(words) > shared and words[: shared + 1] == names[0][: shared + 1] for words in names):
        shared += 1
    return shared

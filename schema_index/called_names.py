"""What a table and its columns are called, as a question is compared with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from agent.records import Table
from agent.schema_index.spoken import spoken
from agent.schema_index.synonyms import key_of
from agent.schema_index.words import humanise, stem_key


class CalledName(NamedTuple):
    """What a table, or with `column` one of its columns, is called; `stems` is how the table of synonyms has it."""

    text: str
    table: str
    column: str
    stems: str


class CalledNames(NamedTuple):
    """The names of a table and its columns, and the `keys` by which a question names one of them itself."""

    names: tuple[CalledName, ...]
    keys: frozenset[str]


def called_names(table: Table, abbreviations: Mapping[str, str]) -> CalledNames:
    """What a table and its columns are called in whole words, and by the synonyms that descriptions give."""
    said = spoken(table, abbreviations)
    called = {"": (said.table, *map(humanise, table.synonyms))}
    called |= {each.name: (said.columns[each.name], *map(humanise, each.synonyms)) for each in table.columns}
    names = [
        CalledName(text, table.id, column, key_of(text))
        for column, texts in called.items()
        for text in dict.fromkeys(texts)
    ]
    written = (table.name, *(column.name for column in table.columns))
    texts = {*(name.text for name in names), *map(humanise, written)}
    return CalledNames(tuple(names), frozenset(map(stem_key, texts)))

"""Persons: words for any of them, and the tables whose rows they are."""

from __future__ import annotations

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.question.tokens import stem, stems
from agent.records import Table
from agent.schema_index.words import humanise


def is_of_persons(table: Table, lexicon: Lexicon) -> bool:
    """Whether the rows of a table are people, by what it is called, or by a first and a last name."""
    names = [humanise(table.name), *table.synonyms]
    if any(stems(name)[-1:] and stems(name)[-1] in lexicon.persons for name in names):
        return True
    columns = {lexicon.column_words(column.name) for column in table.columns}
    parts = (lexicon.first_names, lexicon.last_names)
    return all(any(stems(name) in columns for name in part) for part in parts)


def is_anyone(item: Item, lexicon: Lexicon) -> bool:
    """Whether a word is for persons of any kind: "people who …", "everybody in Berlin"."""
    return stem(item.phrase.casefold()) in lexicon.anyone

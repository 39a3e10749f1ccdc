"""The columns of a table that hold what people wrote: comments, notes, messages."""

from __future__ import annotations

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.schema.rows import keys
from agent.records import Column, Table
from agent.schema_index.words import humanise


def prose_columns(table: Table, lexicon: Lexicon) -> tuple[Column, ...]:
    """The columns of text whose names say that they hold prose, best first."""
    order = {word: position for position, word in enumerate(lexicon.prose)}
    pointers, found = keys(table), []
    for column in table.columns:
        known = [order[word] for word in stems(humanise(column.name))[-1:] if word in order]
        if known and column.kind == "text" and column.name not in pointers:
            found.append((known[0], column))
    return tuple(column for _, column in sorted(found, key=lambda entry: entry[0]))

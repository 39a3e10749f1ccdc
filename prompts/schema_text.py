"""The tables of a context as text for a model, as many as a budget of tokens holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.prompts.ddl_text import ddl_text
from agent.prompts.m_schema import m_schema
from agent.prompts.marks import KEYS
from agent.prompts.table_text import BARE, FULL, Detail, TableText
from agent.prompts.tokens import estimate_tokens
from agent.records import Table

FORMS: Mapping[str, Callable[[Table, str, Mapping[str, Table], Detail], TableText]] = {
    "m-schema": m_schema,
    "ddl": ddl_text,
}
"""How one table is told, of those that are told with it by their ids."""

# What the heading of the keys, and the ends of lines, come to.
_FRAME_TOKENS = 10


@dataclass(frozen=True, slots=True)
class SchemaText:
    """The text of a schema, and the tables that are in it."""

    text: str
    tables: tuple[Table, ...]


def schema_text(tables: Sequence[Table], dialect: str, budget: int, form: str = "m-schema") -> SchemaText:
    """As many of the tables, in their order, as `budget` tokens hold, each whole; none where the first does not fit.

    First every table gets its names, types and keys; what is left of the budget then goes to comments and
    samples, first table first. `form` is one of `FORMS`.
    """
    told = FORMS[form]
    given = {table.id: table for table in tables}
    listed: dict[str, Table] = {}
    left = budget - _FRAME_TOKENS
    for table in tables:
        left -= _tokens(told(table, dialect, given, BARE))
        if left < 0:
            break
        listed[table.id] = table
    texts = {name: told(table, dialect, listed, BARE) for name, table in listed.items()}
    left = budget - _FRAME_TOKENS - sum(map(_tokens, texts.values()))
    for name, table in listed.items():
        full = told(table, dialect, listed, FULL)
        more = _tokens(full) - _tokens(texts[name])
        if more <= left:
            texts[name] = full
            left -= more
    keys = [key for text in texts.values() for key in text.keys]
    lines = [*(text.body for text in texts.values()), *([KEYS, *keys] if keys else [])]
    return SchemaText("\n".join(lines), tuple(listed.values()))


def _tokens(text: TableText) -> int:
    return sum(estimate_tokens(part) + 1 for part in (text.body, *text.keys))

"""The tables of a context as text for a model, in the manner of M-Schema.

M-Schema is from Gao et al., XiYan-SQL, arXiv:2411.08599.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.prompts.outside import outside_line
from agent.prompts.sql_names import column_name, table_name
from agent.prompts.tokens import estimate_tokens
from agent.records import Column, ForeignKey, Table

MAX_SAMPLES = 3
MAX_COMMENT = 200

_KINDS = {"date": "holds dates", "datetime": "holds dates with time", "boolean": "holds yes or no"}


@dataclass(frozen=True, slots=True)
class SchemaText:
    """The text of a schema, and the tables that are in it."""

    text: str
    tables: tuple[Table, ...]


def schema_text(tables: Sequence[Table], dialect: str, budget: int) -> SchemaText:
    """As many of the tables, in their order, as `budget` tokens hold, each whole; none where the first does not fit.

    First every table gets its names, types and keys; what is left of the budget then goes to comments and
    samples, first table first.
    """
    texts: dict[str, str] = {}
    given = {table.id: table for table in tables}
    left = budget
    for table in tables:
        text = _table(table, dialect, given, _BARE)
        left -= estimate_tokens(text) + 1
        if left < 0:
            break
        texts[table.id] = text
    listed = {table.id: table for table in tables if table.id in texts}
    left = budget - sum(estimate_tokens(text) + 1 for text in texts.values())
    for table in listed.values():
        bare, full = (_table(table, dialect, listed, detail) for detail in (_BARE, _FULL))
        more = estimate_tokens(full) - estimate_tokens(texts[table.id])
        texts[table.id] = full if more <= left else bare
        left -= more if more <= left else 0
    return SchemaText("\n\n".join(texts.values()), tuple(listed.values()))


@dataclass(frozen=True, slots=True)
class _Detail:
    comment_length: int
    samples: int


_BARE = _Detail(comment_length=0, samples=0)
_FULL = _Detail(comment_length=MAX_COMMENT, samples=MAX_SAMPLES)


def _table(table: Table, dialect: str, listed: Mapping[str, Table], detail: _Detail) -> str:
    lines = [f"# {'View' if table.kind == 'view' else 'Table'}: {table_name(table, dialect)}"]
    if table.shards:
        lines.append(_shards(table))
    if table.comment and detail.comment_length:
        lines.append(f"Comment: {outside_line(table.comment, detail.comment_length)}")
    lines += ["[", ",\n".join(_column(table, column, dialect, detail) for column in table.columns), "]"]
    lines += [_key(key, listed[key.target], dialect) for key in table.foreign_keys if key.target in listed]
    return "\n".join(lines)


def _shards(table: Table) -> str:
    """That the table is the newest of several, each of which holds the rows of its own date."""
    oldest = table.shards[0].removeprefix(f"{table.schema}." if table.schema else "")
    names = (outside_line(name) for name in (table.pattern, oldest, table.name))
    return "Sharded by date: {}, {} tables from {} to {}".format(next(names), len(table.shards) + 1, *names)


def _column(table: Table, column: Column, dialect: str, detail: _Detail) -> str:
    facts = [outside_line(column.type) or "unknown type"]
    # An engine without a type for dates keeps them as text, which the declared type does not tell.
    if column.kind in _KINDS and column.kind[:4] not in column.type.lower():
        facts.append(_KINDS[column.kind])
    if column.name in table.primary_key:
        facts.append("primary key")
    if column.comment and detail.comment_length:
        facts.append(outside_line(column.comment, detail.comment_length))
    if samples := column.samples[: detail.samples]:
        facts.append(f"examples: {', '.join(literal(sample) for sample in samples)}")
    return f"({column_name(column.name, dialect)}: {', '.join(facts)})"


def _key(key: ForeignKey, target: Table, dialect: str) -> str:
    columns = ", ".join(column_name(name, dialect) for name in key.columns)
    targets = ", ".join(column_name(name, dialect) for name in key.target_columns)
    return f"Foreign key: ({columns}) references {table_name(target, dialect)} ({targets})"


def literal(value: str) -> str:
    """A stored value as a string of SQL; a long one is cut, and then ends in an ellipsis."""
    return "'" + outside_line(value).replace("'", "''") + "'"

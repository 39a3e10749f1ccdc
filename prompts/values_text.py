"""The stored values that stand in a question, as text for a model."""

from __future__ import annotations

from agent.prompts.outside import outside_line
from agent.prompts.sql_names import column_name, table_name
from agent.prompts.table_text import literal
from agent.records import Context

MAX_VALUES = 30


def values_text(context: Context) -> list[str]:
    """A line for each value of the question, then of the questions before it, each once."""
    lines = []
    matches = list(context.values)
    while context.earlier is not None:
        context = context.earlier
        matches += context.values
    dialect = context.catalog.dialect
    for match in list(dict.fromkeys(matches))[:MAX_VALUES]:
        table = context.catalog.table(match.table)
        if table is not None:
            column = f"{table_name(table, dialect)}.{column_name(match.column, dialect)}"
            said = "may be misspelled for" if match.distance else "is stored as"
            lines.append(f'"{outside_line(match.phrase)}" {said} {column} = {literal(match.value)}')
    return lines

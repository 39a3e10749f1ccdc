"""A table in M-Schema.

The form is that of Gao et al., XiYan-SQL, arXiv:2411.08599, and of github.com/XGenerationLab/M-Schema, but that names
are spelled as a query must spell them.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.prompts.outside import outside_line
from agent.prompts.sql_names import column_name, table_name
from agent.prompts.table_text import Detail, TableText, said_of_column, said_of_table
from agent.records import Column, ForeignKey, Table


def m_schema(table: Table, dialect: str, listed: Mapping[str, Table], detail: Detail) -> TableText:
    """The table, and its keys to those of `listed`, which all stand at the end of a schema."""
    head = ", ".join([f"# Table: {table_name(table, dialect)}", *said_of_table(table, detail)])
    columns = ",\n".join(_column(table, column, dialect, detail) for column in table.columns)
    keys = [_key(table, key, listed[key.target], dialect) for key in table.foreign_keys if key.target in listed]
    return TableText(f"{head}\n[\n{columns}\n]", tuple(keys))


def _column(table: Table, column: Column, dialect: str, detail: Detail) -> str:
    facts = [f"{column_name(column.name, dialect)}:{outside_line(column.type) or 'unknown type'}"]
    facts += said_of_column(column, detail)
    if column.name in table.primary_key:
        facts.append("Primary Key")
    if samples := column.samples[: detail.samples]:
        facts.append(f"Examples: [{', '.join(map(outside_line, samples))}]")
    return f"({', '.join(facts)})"


def _key(table: Table, key: ForeignKey, target: Table, dialect: str) -> str:
    """The key as the condition of a join."""
    own, other = table_name(table, dialect), table_name(target, dialect)
    pairs = zip(key.columns, key.target_columns, strict=True)
    return " AND ".join(f"{own}.{column_name(name, dialect)}={other}.{column_name(to, dialect)}" for name, to in pairs)

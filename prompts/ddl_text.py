"""A table as the statement that would make it, which is what some families of models were trained with."""

from __future__ import annotations

from collections.abc import Mapping

from agent.prompts.outside import outside_line
from agent.prompts.sql_names import column_name, table_name
from agent.prompts.table_text import Detail, TableText, literal, said_of_column, said_of_table
from agent.records import Column, ForeignKey, Table


def ddl_text(table: Table, dialect: str, listed: Mapping[str, Table], detail: Detail) -> TableText:
    """The table, with its keys to those of `listed`; what else is known of it stands in comments."""
    lines = [_column(column, dialect, detail) for column in table.columns]
    if table.primary_key:
        lines.append((f"PRIMARY KEY ({_names(table.primary_key, dialect)})", ""))
    lines += [(_key(key, listed[key.target], dialect), "") for key in table.foreign_keys if key.target in listed]
    ends = [","] * (len(lines) - 1) + [""]
    body = [f"    {line}{end}{_comment(said)}" for (line, said), end in zip(lines, ends, strict=True)]
    said = _comment("; ".join(said_of_table(table, detail)))
    return TableText("\n".join([f"CREATE TABLE {table_name(table, dialect)} ({said}", *body, ");"]))


def _column(column: Column, dialect: str, detail: Detail) -> tuple[str, str]:
    """The definition of a column, and what is known of it."""
    said = list(said_of_column(column, detail))
    if samples := column.samples[: detail.samples]:
        said.append(f"example: [{', '.join(map(literal, samples))}]")
    return f"{column_name(column.name, dialect)} {outside_line(column.type)}".rstrip(), ", ".join(said)


def _key(key: ForeignKey, target: Table, dialect: str) -> str:
    own, other = _names(key.columns, dialect), _names(key.target_columns, dialect)
    return f"FOREIGN KEY ({own}) REFERENCES {table_name(target, dialect)} ({other})"


def _names(names: tuple[str, ...], dialect: str) -> str:
    return ", ".join(column_name(name, dialect) for name in names)


def _comment(said: str) -> str:
    return f" -- {said}" if said else ""

"""What is said about schemas, tables and columns: the documents that are embedded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.records import Column, Table
from agent.schema_index.spoken import Spoken, spoken, written_out
from agent.schema_index.words import humanise

_TYPE_WORDS = {
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "date": "date",
    "datetime": "date and time",
    "text": "text",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A text to embed: what it is about, and what is said of that, which may be parted between several texts."""

    head: str
    parts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole text."""
        return with_parts(self.head, self.parts)


def with_parts(head: str, parts: Iterable[str]) -> str:
    """The text of a head with some of its parts."""
    said = ", ".join(parts)
    return f"{head}. {said}." if said else f"{head}."


def schema_document(schema: str, tables: Sequence[Table], abbreviations: Mapping[str, str]) -> Document:
    """What a whole schema is about: its name, its tables and what their columns are called."""
    said = [spoken(table, abbreviations) for table in tables]
    names = ", ".join([written_out(schema, abbreviations), *(each.table for each in said)])
    return Document(names, tuple(dict.fromkeys(name for each in said for name in each.columns.values())))


def table_document(table: Table, names: Spoken) -> Document:
    """What a table is about: its name, synonyms, comment and columns."""
    said = (*_once(names.table, humanise(table.name)), *table.synonyms)
    comment = table.comment.strip().rstrip(".")
    return Document(". ".join(part for part in (", ".join(said), comment) if part), tuple(names.columns.values()))


def column_document(table: Table, column: Column, names: Spoken) -> Document:
    """What a column is about: its name within its table, meaning, type, role and samples."""
    roles = ["primary key"] if column.name in table.primary_key else []
    roles += [f"refers to {humanise(key.target)}" for key in table.foreign_keys if column.name in key.columns]
    samples = f"such as {', '.join(column.samples)}" if column.samples else ""
    said = ", ".join([*_once(names.columns[column.name], humanise(column.name)), *column.synonyms])
    parts = (column.comment.strip().rstrip("."), _TYPE_WORDS.get(column.kind, ""), *roles, samples)
    return Document(". ".join(part for part in (f"{said} of {names.table}", *parts) if part))


def _once(spoken_name: str, name: str) -> tuple[str, ...]:
    """A name in whole words, and as it is where that is something else."""
    return (spoken_name,) if name in (spoken_name, "") else (spoken_name, name)

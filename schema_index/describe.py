"""What is said about tables and columns: descriptions by the user, and the documents that are embedded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from agent.errors import UsageError
from agent.records import Catalog, Column, Table
from agent.schema_index.words import humanise

__all__ = ["apply_descriptions", "column_document", "humanise", "table_document"]

_TYPE_WORDS = {
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "date": "date",
    "datetime": "date and time",
    "text": "text",
}
# An encoder reads a few hundred tokens; a wide table's columns have documents of their own.
_MAX_COLUMNS = 60


def table_document(table: Table) -> str:
    """The text that is embedded for a table: its name, synonyms, comment and columns."""
    columns = ", ".join(humanise(column.name) for column in table.columns[:_MAX_COLUMNS])
    return _sentences(_named(table.name, table.synonyms), table.comment, columns)


def column_document(table: Table, column: Column) -> str:
    """The text that is embedded for a column: its name within its table, meaning, type, role and samples."""
    roles = []
    if column.name in table.primary_key:
        roles.append("primary key")
    roles += [f"refers to {humanise(key.target)}" for key in table.foreign_keys if column.name in key.columns]
    samples = f"such as {', '.join(column.samples)}" if column.samples else ""
    name = f"{_named(column.name, column.synonyms)} of {humanise(table.name)}"
    return _sentences(name, column.comment, _TYPE_WORDS.get(column.kind, ""), *roles, samples)


def _named(name: str, synonyms: Iterable[str]) -> str:
    return ", ".join([humanise(name) or name, *synonyms])


def _sentences(*parts: str) -> str:
    return ". ".join(part.strip().rstrip(".") for part in parts if part.strip()) + "."


def apply_descriptions(catalog: Catalog, path: Path) -> Catalog:
    """The catalog with the descriptions and synonyms of a YAML file laid over it.

    Raises UsageError that names the file and the key when the file cannot be read, has another form, or
    names a table or column that does not exist.
    """
    entries = _mapping(path, _load(path), "the file", {"tables"}).get("tables") or {}
    described: dict[str, Table] = {}
    for name, entry in _mapping(path, entries, "tables").items():
        table = catalog.table(name)
        if table is None:
            raise _unknown(path, f"tables.{name}", "table", name, (table.id for table in catalog.tables))
        described[table.id] = _described(path, table, entry)
    return replace(catalog, tables=tuple(described.get(table.id, table) for table in catalog.tables))


def _load(path: Path) -> Any:
    # Here and not above: an index that is only opened reads no descriptions.
    import yaml

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}", "check the descriptions setting") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error


def _described(path: Path, table: Table, entry: Any) -> Table:
    where = f"tables.{table.id}"
    facts = _mapping(path, entry, where, {"description", "synonyms", "columns"})
    columns = {column.name: column for column in table.columns}
    for name, short in _mapping(path, facts.get("columns") or {}, f"{where}.columns").items():
        column, key = table.column(name), f"{where}.columns.{name}"
        if column is None:
            raise _unknown(path, key, "column", name, columns)
        long = short if isinstance(short, dict) else {"description": short}
        meaning = _mapping(path, long, key, {"description", "synonyms"})
        columns[column.name] = replace(
            column,
            comment=_text(path, meaning.get("description"), f"{key}.description") or column.comment,
            synonyms=_texts(path, meaning.get("synonyms"), f"{key}.synonyms"),
        )
    return replace(
        table,
        columns=tuple(columns.values()),
        comment=_text(path, facts.get("description"), f"{where}.description") or table.comment,
        synonyms=_texts(path, facts.get("synonyms"), f"{where}.synonyms"),
    )


def _mapping(path: Path, value: Any, key: str, known: set[str] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise UsageError(f"{path}: {key} must map names to descriptions")
    for name in value:
        if known and name not in known:
            raise UsageError(f"{path}: {key}: unknown key {name!r}", f"the keys are: {', '.join(sorted(known))}")
    return value


def _text(path: Path, value: Any, key: str) -> str:
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{path}: {key} must be text")
    return " ".join((value or "").split())


def _texts(path: Path, value: Any, key: str) -> tuple[str, ...]:
    if value is not None and not isinstance(value, list):
        raise UsageError(f"{path}: {key} must be a list of words")
    return tuple(_text(path, item, key) for item in value or ())


def _unknown(path: Path, key: str, what: str, name: str, names: Iterable[str]) -> UsageError:
    near = get_close_matches(name, list(names), n=1, cutoff=0.5)
    return UsageError(f"{path}: {key}: there is no such {what}", f"did you mean {near[0]}?" if near else "")

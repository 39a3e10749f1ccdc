"""A `Catalog` as JSON, as the index keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from typing import Any

from agent.records import Catalog, Column, ForeignKey, Table, Term

Facts = dict[str, Any]
_PARTS: dict[str, Any] = {"tables": Table, "columns": Column, "foreign_keys": ForeignKey, "glossary": Term}


def dump_catalog(catalog: Catalog) -> str:
    """The catalog as one line of JSON; what is as it is by default is left out."""
    return _dump(catalog)


def dump_table(table: Table) -> str:
    """One table as `dump_catalog` has it."""
    return _dump(table)


def load_catalog(text: str) -> Catalog:
    """The catalog that `dump_catalog` wrote; ValueError for any other text."""
    with _told():
        catalog: Catalog = _record(Catalog, json.loads(text))
        return catalog


def load_table(text: str) -> Table:
    """The table that `dump_table` wrote; ValueError for any other text."""
    with _told():
        table: Table = _record(Table, json.loads(text))
        return table


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no catalog: {error}") from error


def _dump(record: object) -> str:
    return json.dumps(record, default=_facts, ensure_ascii=False, separators=(",", ":"))


def _facts(record: Any) -> Facts:
    found = ((name, getattr(record, name), default) for name, default in _defaults(record.__class__))
    return {name: value for name, value, default in found if value != default}


@cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    """The fields of a record, each with its default."""
    return tuple((field.name, field.default) for field in fields(kind))


def _record(kind: Any, facts: Facts) -> Any:
    return kind(**{name: _value(name, value) for name, value in facts.items()})


def _value(name: str, value: Any) -> Any:
    """A field's value: lists were tuples, and mappings the records that are in a field of this name."""
    if isinstance(value, list):
        return tuple(_value(name, item) for item in value)
    return _record(_PARTS[name], value) if isinstance(value, dict) else value

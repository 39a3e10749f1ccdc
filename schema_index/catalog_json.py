"""A `Catalog` as JSON, as the index keeps it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from agent.records import Catalog, Column, ForeignKey, Table

Facts = dict[str, Any]


def dump_catalog(catalog: Catalog) -> str:
    """The catalog as one line of JSON."""
    return json.dumps(asdict(catalog), ensure_ascii=False, separators=(",", ":"))


def load_catalog(text: str) -> Catalog:
    """The catalog that `dump_catalog` wrote; ValueError for any other text."""
    try:
        facts = json.loads(text)
        return Catalog(facts["dialect"], tuple(_table(table) for table in facts["tables"]), facts["default_schema"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no catalog: {error}") from error


def _table(facts: Facts) -> Table:
    facts["columns"] = tuple(_column(column) for column in facts["columns"])
    facts["foreign_keys"] = tuple(_foreign_key(key) for key in facts["foreign_keys"])
    facts["synonyms"] = tuple(facts["synonyms"])
    facts["primary_key"] = tuple(facts["primary_key"])
    return Table(**facts)


def _column(facts: Facts) -> Column:
    facts["synonyms"] = tuple(facts["synonyms"])
    facts["samples"] = tuple(facts["samples"])
    return Column(**facts)


def _foreign_key(facts: Facts) -> ForeignKey:
    return ForeignKey(tuple(facts["columns"]), facts["target"], tuple(facts["target_columns"]), facts["inferred"])

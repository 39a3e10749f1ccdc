"""Tables of one name in several schemas."""

from __future__ import annotations

from agent.records import Catalog


def namesake(table: str, catalog: Catalog) -> str:
    """The name of a table with its schema where another schema has a table of that name, and nothing where none has."""
    own = catalog.table(table)
    if own is None or not any(other.name == own.name and other.id != own.id for other in catalog.entries):
        return ""
    return own.id if own.schema else f"{catalog.default_schema}.{own.name}"

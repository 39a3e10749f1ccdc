"""The pairs of tables that more than one key joins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from agent.records import Catalog
from agent.schema_index.per_catalog import per_catalog


class Key(NamedTuple):
    """A key of one column, from the table that has it to the one that it points to."""

    child: str
    column: str
    parent: str


@per_catalog
def several_keys(catalog: Catalog) -> Mapping[frozenset[str], tuple[Key, ...]]:
    """The pairs of tables that more than one key joins, with their keys, the one that is taken by default first."""
    found: dict[frozenset[str], list[Key]] = {}
    # Declared keys come before those that only seem to be some, as in the joins by default.
    for inferred in (False, True):
        for table in catalog.tables:
            for key in table.foreign_keys:
                if len(key.columns) == 1 and key.target != table.id and key.inferred == inferred:
                    pair = frozenset((table.id, key.target))
                    found.setdefault(pair, []).append(Key(table.id, key.columns[0], key.target))
    return {pair: tuple(keys) for pair, keys in found.items() if len(keys) > 1}

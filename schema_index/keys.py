"""Foreign keys that nobody declared, inferred from names, types, uniqueness and, where they may be read, values."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from agent.records import Catalog, Column, ForeignKey, Table
from agent.schema_index.composite_keys import CompositeKeys
from agent.schema_index.key_names import Candidate, Key, KeyNames


class Evidence(Protocol):
    """What is known of a candidate beyond its name."""

    def decide(self, table: Table, columns: tuple[Column, ...], candidate: Candidate) -> bool:
        """Whether the columns point to the key of the candidate."""
        ...


class Names:
    """Nothing more is known: names decide."""

    def decide(self, _table: Table, _columns: tuple[Column, ...], candidate: Candidate) -> bool:
        """Whether the names alone are enough."""
        return candidate.is_certain


def infer_foreign_keys(catalog: Catalog, evidence: Evidence | None = None) -> Catalog:
    """The catalog with inferred foreign keys (`inferred=True`) added to the declared ones of its tables.

    A column points to the key of another table when it is called like the table and its key (`customer_id` for
    `customers.id`, also after a role as in `billing_customer_id`), or like a key that only that table has
    (`customerNumber`). A key is a column that is declared as primary or unique or, in a table that declares nothing,
    is called like one. Types are of one family, no declared foreign key holds the column, and a column that fits
    several tables equally well points to none. Several columns point to a declared key of columns of their names.
    """
    evidence = evidence or Names()
    names = KeyNames(catalog)
    singles = replace(catalog, tables=tuple(_with_inferred(table, names, evidence) for table in catalog.tables))
    composite = CompositeKeys(singles, names)
    all_keys = replace(singles, tables=tuple(_with_composite(table, composite, evidence) for table in singles.tables))
    return replace(all_keys, tables=tuple(_like_newest(table, all_keys) for table in all_keys.tables))


def _with_inferred(table: Table, names: KeyNames, evidence: Evidence) -> Table:
    if table.kind == "view" or table.shard_of:
        return table
    declared = tuple(key for key in table.foreign_keys if not key.inferred)
    held = {name for key in declared for name in key.columns}
    found = ((column, _target(table, column, names, evidence)) for column in table.columns if column.name not in held)
    return replace(table, foreign_keys=declared + tuple(_key((column,), key) for column, key in found if key))


def _target(table: Table, column: Column, names: KeyNames, evidence: Evidence) -> Key | None:
    for group in names.candidates(table, column):
        held = [one.key for one in group if evidence.decide(table, (column,), one)]
        if held:
            return held[0] if len(held) == 1 else None
    return None


def _with_composite(table: Table, composite: CompositeKeys, evidence: Evidence) -> Table:
    if table.kind == "view" or table.shard_of:
        return table
    held = {name for key in table.foreign_keys if not key.inferred for name in key.columns}
    inferred = tuple(
        _key(columns, candidate.key)
        for columns, candidate in composite.candidates(table)
        if not held.issuperset(column.name for column in columns) and evidence.decide(table, columns, candidate)
    )
    return replace(table, foreign_keys=table.foreign_keys + inferred) if inferred else table


def _like_newest(table: Table, catalog: Catalog) -> Table:
    """A copy by date with the inferred keys of the table that stands for it."""
    newest = catalog.table(table.shard_of) if table.shard_of else None
    if newest is None:
        return table
    held = {name for key in table.foreign_keys if not key.inferred for name in key.columns}
    keys = (key for key in newest.foreign_keys if key.inferred and not held.issuperset(key.columns))
    declared = (key for key in table.foreign_keys if not key.inferred)
    return replace(table, foreign_keys=(*declared, *keys))


def _key(columns: tuple[Column, ...], key: Key) -> ForeignKey:
    own, target = (tuple(column.name for column in part) for part in (columns, key.columns))
    return ForeignKey(own, key.table.id, target, inferred=True)

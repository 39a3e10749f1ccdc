"""What a policy leaves of a catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.records import Catalog, Column, ForeignKey, Policy, Table, Term
from agent.schema_index.patterns import fits, fitting_none
from agent.schema_index.shards import fold_shards


def apply_policy(catalog: Catalog, policy: Policy) -> Catalog:
    """The catalog without the tables and columns that a policy hides, and without the keys that lead to them.

    A table of which columns are hidden is `partial`, and one with none left is gone. It can be applied again, and
    with another policy: what one of them hides is hidden.
    """
    shown = {table.id: part for table in catalog.tables if (part := _shown(table, catalog, policy))}
    tables = (replace(table, foreign_keys=_kept(table, shown)) for table in shown.values())
    left = replace(catalog, tables=tuple(tables))
    # What stood for copies of a table may be gone.
    return fold_shards(replace(left, glossary=tuple(_terms(left))))


def unmatched(policy: Policy, catalog: Catalog) -> tuple[str, ...]:
    """The patterns of a policy that fit nothing in the whole catalog, as a misspelt one does."""
    tables = [name for table in catalog.tables for name in _names(table, catalog)]
    columns = [name for table in catalog.tables for column in table.columns for name in _paths(table, column, catalog)]
    return (*fitting_none(policy.tables, tables), *fitting_none(policy.hidden, columns))


def _shown(table: Table, catalog: Catalog, policy: Policy) -> Table | None:
    if policy.tables and not fits(policy.tables, _names(table, catalog)):
        return None
    columns = tuple(column for column in table.columns if not fits(policy.hidden, _paths(table, column, catalog)))
    if len(columns) == len(table.columns):
        return table
    known = {column.name for column in columns}
    # A part of a key tells no row from another.
    key = table.primary_key if known.issuperset(table.primary_key) else ()
    unique = tuple(names for names in table.unique if known.issuperset(names))
    return replace(table, columns=columns, primary_key=key, unique=unique, partial=True) if columns else None


def _kept(table: Table, shown: dict[str, Table]) -> tuple[ForeignKey, ...]:
    def is_shown(key: ForeignKey) -> bool:
        target = shown.get(key.target)
        return (
            target is not None and all(map(table.column, key.columns)) and all(map(target.column, key.target_columns))
        )

    return tuple(key for key in table.foreign_keys if is_shown(key))


def _terms(catalog: Catalog) -> Iterator[Term]:
    """The glossary without what is hidden: a term that is about nothing else would tell of it."""
    for term in catalog.glossary:
        tables = tuple(name for name in term.tables if catalog.table(name))
        columns = tuple(
            (name, column) for name, column in term.columns if (table := catalog.table(name)) and table.column(column)
        )
        # A table that is named for its columns alone is left for those that are left.
        for_columns = {name for name, _ in term.columns}.difference(name for name, _ in columns)
        tables = tuple(name for name in tables if name not in for_columns)
        if tables or columns or not (term.tables or term.columns):
            yield replace(term, tables=tables, columns=columns)


def _names(table: Table, catalog: Catalog) -> tuple[str, ...]:
    """What a pattern of tables may call a table: by its id, also where its schema need not be said."""
    schema = table.schema or catalog.default_schema
    return (table.id, f"{schema}.{table.name}")


def _paths(table: Table, column: Column, catalog: Catalog) -> tuple[str, ...]:
    """As `_names`, for a column; without a schema a pattern hides it in every one, since too much is the safe side."""
    names = dict.fromkeys((*_names(table, catalog), table.name))
    return tuple(f"{name}.{column.name}" for name in names)

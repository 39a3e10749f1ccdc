"""Choices between foreign keys that the question leaves open, each said as an assumption."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query import BucketTerm, Condition, Exists, Query
from agent.records import Catalog
from agent.schema_index.joins import Join, join_tables


def join_choices(query: Query, catalog: Catalog) -> Iterator[str]:
    """For every join of the query that another foreign key between the same two tables could make, which was taken."""
    for join in dict.fromkeys(_joins(query, catalog)):
        child, parent = (join.right, join.left) if join.fans_out else (join.left, join.right)
        taken = join.right_columns if join.fans_out else join.left_columns
        table = catalog.table(child)
        keys = [key.columns for key in table.foreign_keys if key.target.lower() == parent.lower()] if table else []
        others = [" and ".join(columns) for columns in keys if columns != taken]
        if others:
            yield f"{child} belongs to {parent} by {' and '.join(taken)}, not by {' or '.join(others)}"


def _joins(query: Query, catalog: Catalog) -> Iterator[Join]:
    terms = [*query.select, *query.group_by, *(key.term for key in query.order_by)]
    terms += [condition.term for condition in (*query.having, *query.where) if isinstance(condition, Condition)]
    tables = [term.column.table if isinstance(term, BucketTerm) else term.table for term in terms]
    yield from join_tables(catalog, [query.root, *dict.fromkeys(tables)]) or ()
    for part in query.where:
        if isinstance(part, Exists):
            inner = [condition.term.table for condition in part.conditions]
            yield from join_tables(catalog, [part.owner, part.table, *part.through, *inner]) or ()

"""Choices between foreign keys that the question leaves open."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.fan_out import home
from agent.drafters.builtin.query import Condition, Exists, Query, RelatedTerm
from agent.drafters.builtin.tokens import stems
from agent.errors import NotUnderstoodError
from agent.records import Catalog
from agent.schema_index.describe import humanise
from agent.schema_index.joins import Join, join_tables


def require_one_way(query: Query, catalog: Catalog) -> None:
    """Refuse a query with a join that another foreign key of the same two tables could make as well."""
    for join in dict.fromkeys(_joins(query, catalog)):
        child, parent = (join.right, join.left) if join.fans_out else (join.left, join.right)
        taken = join.right_columns if join.fans_out else join.left_columns
        table = catalog.table(child)
        keys = [key.columns for key in table.foreign_keys if key.target.lower() == parent.lower()] if table else []
        others = [" and ".join(columns) for columns in keys if columns != taken]
        if others and not _is_named_for(taken, parent, catalog):
            ways = f"{' and '.join(taken)} or by {' or '.join(others)}"
            raise NotUnderstoodError(
                f"{child} belongs to {parent} by {ways}: which is meant is not said", "ask for one of the tables alone"
            )


def _is_named_for(columns: tuple[str, ...], parent: str, catalog: Catalog) -> bool:
    """Whether a key is the plain one of several: `member_id` beside `approved_by_id`."""
    table = catalog.table(parent)
    words = stems(humanise(columns[0]))
    return table is not None and len(columns) == 1 and words[: len(stems(table.name))] == stems(humanise(table.name))


def _joins(query: Query, catalog: Catalog) -> Iterator[Join]:
    terms = [*query.select, *query.group_by, *(key.term for key in query.order_by)]
    terms += [condition.term for condition in (*query.having, *query.where) if isinstance(condition, Condition)]
    yield from join_tables(catalog, [query.root, *dict.fromkeys(home(term) for term in terms)]) or ()
    for term in terms:
        if isinstance(term, RelatedTerm):
            yield from join_tables(catalog, [term.owner, term.table]) or ()
    for part in query.where:
        if isinstance(part, Exists):
            inner = [condition.term.table for condition in part.conditions]
            yield from join_tables(catalog, [part.owner, part.table, *part.through, *inner]) or ()

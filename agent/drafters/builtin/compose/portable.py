"""A query in the form that every engine takes: some read what is neither grouped nor measured as any value of it."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.query.query import AllColumns, BucketTerm, ColumnTerm, MeasureTerm, Ordering, Query, Term
from agent.records import Catalog


def portable(query: Query, catalog: Catalog) -> Query:
    """The query where what is shown is grouped by as well, and each key of the order has one value for every row.

    The order of distinct rows by what they do not show is that of the smallest value of each, or of the largest where
    it descends; so is that of groups.
    """
    if query.distinct and not query.combined and _hides_order(query):
        query = replace(query, distinct=False, group_by=query.select)
    if not query.group_by:
        return query
    shown = (term for term in query.select if isinstance(term, ColumnTerm | BucketTerm))
    groups = tuple(dict.fromkeys((*query.group_by, *shown)))
    keys = tuple(_one_value(key, groups, catalog) for key in query.order_by)
    known = (key.term for key in keys if isinstance(key.term, ColumnTerm))
    return replace(query, group_by=tuple(dict.fromkeys((*groups, *known))), order_by=keys)


def _hides_order(query: Query) -> bool:
    """Whether only columns are shown, and one that is not shown gives the order."""
    shown = {term.table for term in query.select if isinstance(term, AllColumns)}
    return all(isinstance(term, ColumnTerm | BucketTerm) for term in query.select) and any(
        isinstance(key.term, ColumnTerm) and key.term not in query.select and key.term.table not in shown
        for key in query.order_by
    )


def _one_value(key: Ordering, groups: tuple[Term, ...], catalog: Catalog) -> Ordering:
    term = key.term
    if not isinstance(term, ColumnTerm) or term in groups or _is_known(term, groups, catalog):
        return key
    return replace(key, term=MeasureTerm("max" if key.descending else "min", term.table, term))


def _is_known(term: ColumnTerm, groups: tuple[Term, ...], catalog: Catalog) -> bool:
    """Whether the groups have one row of the column's table each."""
    table = catalog.table(term.table)
    keys = {
        group.column
        for group in groups
        if isinstance(group, ColumnTerm) and (group.table, group.via) == (term.table, term.via)
    }
    return table is not None and bool(table.primary_key) and keys.issuperset(table.primary_key)

"""Rows of what stands below another row of its table: a department has the products of the categories in it."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, Exists, Query
from agent.drafters.builtin.read.clues.persons import is_of_persons
from agent.drafters.builtin.schema.rows import label_columns
from agent.records import Catalog


def rows_beneath(query: Query, catalog: Catalog, lexicon: Lexicon) -> Query:
    """The query with a row that is named, but not shown, taken for itself and the rows right below it.

    What is said of persons is not said of those who report to them.
    """
    shown = set() if query.group_by else {home(term) for term in query.select}
    where = tuple(_within(part, shown, catalog, lexicon) for part in query.where)
    return replace(query, where=where) if where != query.where else query


def _within(
    part: Condition | Exists | AnyOf, shown: set[str], catalog: Catalog, lexicon: Lexicon
) -> Condition | Exists | AnyOf:
    if isinstance(part, Exists):
        return replace(part, conditions=tuple(_beneath(each, shown, catalog, lexicon) for each in part.conditions))
    return _beneath(part, shown, catalog, lexicon) if isinstance(part, Condition) else part


def _beneath(part: Condition, shown: set[str], catalog: Catalog, lexicon: Lexicon) -> Condition:
    """The condition on what a row is called as one on its key."""
    inner = tuple(rows_beneath(each, catalog, lexicon) if isinstance(each, Query) else each for each in part.values)
    part = replace(part, values=inner)
    term = part.term
    if part.operator != "in" or not isinstance(term, ColumnTerm) or term.via:
        return part
    table = catalog.table(term.table)
    if table is None or table.id in shown or len(table.primary_key) != 1 or is_of_persons(table, lexicon):
        return part
    pointers = [key.columns[0] for key in table.foreign_keys if key.target == table.id and len(key.columns) == 1]
    if not pointers or term != ColumnTerm(table.id, label_columns(table, lexicon)[0].name):
        return part
    key = ColumnTerm(table.id, table.primary_key[0])
    named = replace(part, negated=False)
    theirs = Condition(ColumnTerm(table.id, pointers[0]), "in", (Query(table.id, (key,), (named,)),))
    return Condition(key, "in", (Query(table.id, (key,), (AnyOf((named, theirs)),)),), part.negated)

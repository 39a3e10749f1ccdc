"""The smallest of what is known: where nothing is stored, there is no smallest value."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.compose.nullable import may_be_missing
from agent.drafters.builtin.query.query import ColumnTerm, Condition, Query
from agent.records import Catalog


def known_first(query: Query, catalog: Catalog) -> Query:
    """The query without rows in which what they are ranked by is missing, which would else be the first."""
    key = query.order_by[0] if query.order_by and query.limit is not None else None
    if key is None or key.descending or query.combined is not None or not isinstance(key.term, ColumnTerm):
        return query
    known = Condition(key.term, "null", negated=True)
    asked = {part.term for part in query.where if isinstance(part, Condition)}
    if key.term in asked or not may_be_missing(key.term, catalog):
        return query
    return replace(query, where=(*query.where, known))

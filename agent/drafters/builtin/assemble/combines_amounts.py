"""Whether rows would be combined by their amounts, of which several may have the same."""

from __future__ import annotations

from agent.drafters.builtin.query.query import ColumnTerm, Query, Term
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import measure_columns


def combines_amounts(query: Query, scene: Scene) -> bool:
    """Whether the rows of two queries that show an amount are set against each other."""
    return query.combined is not None and any(_is_amount(term, scene) for term in query.select)


def _is_amount(term: Term, scene: Scene) -> bool:
    table = scene.catalog.table(term.table) if isinstance(term, ColumnTerm) else None
    if table is None or not isinstance(term, ColumnTerm):
        return False
    return term.column in {column.name for column in measure_columns(table, scene.lexicon)}

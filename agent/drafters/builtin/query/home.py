"""The table that a term needs in FROM."""

from __future__ import annotations

from agent.drafters.builtin.query.query import BucketTerm, MeasureTerm, RelatedTerm, Term


def home(term: Term) -> str:
    """The table that a term needs in FROM."""
    if isinstance(term, RelatedTerm):
        return term.owner
    if isinstance(term, MeasureTerm) and term.column:
        return term.column.table
    return term.column.table if isinstance(term, BucketTerm) else term.table

"""From which date to which a query counts days, as it is told."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.terms_in import terms_in
from agent.drafters.builtin.schema.rows import is_temporal
from agent.records import Catalog


def spans_taken(part: object, catalog: Catalog) -> Iterator[str]:
    """One sentence for each difference of dates in a query or any part of one."""
    for term in terms_in(part):
        table = catalog.table(term.table)
        column = table.column(term.column) if table else None
        if term.less and column is not None and is_temporal(column):
            yield f"days from {term.less_of or term.table}.{term.less} to {term.table}.{term.column}"

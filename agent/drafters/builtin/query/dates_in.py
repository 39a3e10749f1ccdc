"""The date columns by which a query is asked."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.parts_in import parts_in
from agent.drafters.builtin.query.query import BucketTerm, ColumnTerm, Condition


def dates_in(part: object) -> Iterator[ColumnTerm]:
    """The columns of a query, or of any part of one, that are cut to calendar units, or compared with a time."""
    for inner in parts_in(part):
        match inner:
            case BucketTerm(column):
                yield column
            case Condition(ColumnTerm() as term, "window"):
                yield term

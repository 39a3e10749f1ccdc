"""The date columns by which a query is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from agent.drafters.builtin.query import BucketTerm, ColumnTerm, Condition


def dates_in(part: object) -> Iterator[ColumnTerm]:
    """The columns of a query, or of any part of one, that are cut to calendar units, or compared with a time."""
    if isinstance(part, BucketTerm):
        yield part.column
    elif isinstance(part, Condition) and part.operator == "window" and isinstance(part.term, ColumnTerm):
        yield part.term
    elif isinstance(part, tuple):
        for each in part:
            yield from dates_in(each)
    elif is_dataclass(part):
        for field in fields(part):
            yield from dates_in(getattr(part, field.name))

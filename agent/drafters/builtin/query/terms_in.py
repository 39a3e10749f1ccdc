"""The columns that a query, an effect or any part of them names."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.parts_in import parts_in
from agent.drafters.builtin.query.query import ColumnTerm


def terms_in(part: object) -> Iterator[ColumnTerm]:
    """The columns, in the order in which they are named, and as often."""
    return (inner for inner in parts_in(part) if isinstance(inner, ColumnTerm))

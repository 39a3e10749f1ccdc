"""Conditions on how many there are of each thing that is counted: "how many students have more than two pets"."""

from __future__ import annotations

from collections.abc import Sequence

from agent.drafters.builtin.query.query import Condition, MeasureTerm, Query, RelatedTerm
from agent.drafters.builtin.read.effects import Having


def counted_only_if(
    counted: MeasureTerm, having: Having, about: Sequence[str], where: Sequence[Condition] = ()
) -> Condition | None:
    """The condition on each row or value that is counted; None where a row is compared by how many of it there are.

    `about` are the tables named, one of which is meant where the comparison names none ("who ordered twice"), and
    `where` are conditions of the rows that are compared.
    """
    table = having.table or next((name for name in about if name != counted.table), counted.table)
    if table != counted.table:
        measure = MeasureTerm(having.function, table, having.column)
        return Condition(RelatedTerm(counted.table, measure, tuple(where)), having.operator, (having.value,))
    if counted.column is None:
        return None
    # "how many cities have more than three airports", where the cities are a column of the airports.
    compared = Condition(MeasureTerm(having.function, table, having.column), having.operator, (having.value,))
    values = Query(table, (counted.column,), group_by=(counted.column,), having=(compared,))
    return Condition(counted.column, "in", (values,))

"""Terms and conditions of a table as those of one place where it stands."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.compose.place import Place
from agent.drafters.builtin.query.query import ColumnTerm, Condition, Multiple, Value


def at_place(place: Place, term: ColumnTerm) -> ColumnTerm:
    """A column of the place's table as one of the place."""
    is_there = term.table == place.table and not term.via
    return replace(term, via=place.via) if is_there else term


def within(place: Place, condition: Condition) -> Condition:
    """A condition on the place's table as one on the place."""
    if not place.via:
        return condition
    term = condition.term
    values = tuple(_value_at(place, value) for value in condition.values)
    return replace(condition, term=at_place(place, term) if isinstance(term, ColumnTerm) else term, values=values)


def _value_at(place: Place, value: Value) -> Value:
    if isinstance(value, Multiple):
        return replace(value, column=at_place(place, value.column))
    return at_place(place, value) if isinstance(value, ColumnTerm) else value

"""How many in a hundred rows meet a condition, for all rows or for each group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.drafters.builtin.assemble.parts import Impossible
from agent.drafters.builtin.query.query import AnyOf, Condition, Exists, MeasureTerm, Query, Rate
from agent.drafters.builtin.read.effects import AsRate, Filter, Filters, Fragment

_Part = Condition | Exists | AnyOf
# What the features of a fragment say of its place.
_TELLING = (" after is", " in that", " in who", " in which", " in with")


def rated(query: Query, effect: AsRate) -> Query:
    """The query with the number of rows of a table as the share of those that meet the condition of the effect.

    Raises Impossible where they are not counted.
    """
    return _with_rate(query, effect.table, (effect.condition,), query.where)


def conditional_rate(query: Query, fragments: Sequence[Fragment]) -> Query | None:
    """The share of the rows, or of those of each group, that meet what the question says of them; None if it does not.

    "What percentage of orders were cancelled per channel" and "of finished projects that were late" ask for this, and
    "the percentage of cancelled orders per channel" asks how they are split.
    """
    told = [part for each in fragments if _tells(each) for part in _conditions(each)]
    counted = [term for term in query.select if isinstance(term, MeasureTerm) and term.column is None]
    moved = tuple(part for part in query.where if part in told)
    kept = tuple(part for part in query.where if part not in told)
    if not moved or len(counted) != 1 or counted[0].distinct or not (query.group_by or kept):
        return None
    return _with_rate(query, counted[0].table, moved, kept)


def _with_rate(query: Query, table: str, conditions: tuple[_Part, ...], where: tuple[_Part, ...]) -> Query:
    measure = MeasureTerm("count", table)
    if measure not in query.select:
        raise Impossible
    rate = Rate(table, conditions)
    order = tuple(replace(key, term=rate) if key.term == measure else key for key in query.order_by)
    select = tuple(rate if term == measure else term for term in query.select)
    return replace(query, select=select, where=where, order_by=order)


def _tells(fragment: Fragment) -> bool:
    """Whether a fragment stands in a clause that tells something of the rows: "were cancelled", "that are late"."""
    return any(name.endswith(_TELLING) for name, _ in fragment.features)


def _conditions(fragment: Fragment) -> tuple[_Part, ...]:
    match fragment.effect:
        case Filter(condition):
            return (condition,)
        case Filters(conditions):
            return conditions
    return ()

"""What a follow-up leaves out because the question before has said it: "top 3", "below 10"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.drafters.builtin.follow_ups.names_only_rows import LEADS, names_only_rows
from agent.drafters.builtin.lexicon.operators import Aggregate, Bound, Comparison, Superlative
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.query import ColumnTerm, Condition, MeasureTerm, Query
from agent.drafters.builtin.query.signs import ORDERED
from agent.drafters.builtin.query.tables_in import tables_in
from agent.drafters.builtin.read.effects import (
    About,
    Cut,
    Effect,
    Filter,
    Fragment,
    Having,
    Measure,
    Rank,
    RankCount,
    ShowRows,
)
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import measure_columns


def with_what_is_left_out(part: Fragment, scene: Scene, query: Query) -> Fragment:
    """A fragment about what the question before was about, where its own words do not say what it is about.

    `query` is the reading of the question before.
    """
    items = scene.items[part.start : part.end]
    if names_only_rows(part, scene):
        led = scene.is_any(part.start - 1, *LEADS)
        table = next(tables_in(part.effect))
        return replace(part, effect=About(table) if led else ShowRows(table))
    if any(item.category in {"C", "T", "V", "D", "Q"} for item in items):
        return part
    operators = [item.operator for item in items if item.operator is not None]
    match part.effect:
        case Rank(limit=int(limit)) if _number(items) is not None and _says_first(items[0], scene):
            # "the first 10" are those of the order there is.
            return replace(part, effect=Cut(limit))
        case Rank(limit=int()) if all(isinstance(operator, Superlative) and not operator.by for operator in operators):
            kept = part.effect.limit if query.limit is None or _number(items) is not None else None
            return replace(part, effect=RankCount(None, part.effect.descending, kept))
        case Rank(limit=int()) | RankCount(limit=int()) if query.limit is not None and _number(items) is None:
            # "the oldest" after "the 5 newest" are as many.
            return replace(part, effect=replace(part.effect, limit=None))
        case Measure(function="count"):
            return replace(part, effect=Measure("count", query.root))
        case Having() | Filter():
            bounds = [operator for operator in operators if isinstance(operator, Comparison | Bound)]
            number = _number(items)
            if len(bounds) == len(operators) == 1 and number is not None and bounds[0].operator in ORDERED:
                return _bounded(part, bounds[0].operator, number, scene, query)
    return part


def meant_alone(item: Item, query: Query) -> Effect | None:
    """What an item means that no rule reads: "how many" counts what was asked about, a number says how many rows."""
    if item.operator == Aggregate("count"):
        return Measure("count", query.root)
    if isinstance(item.number, int) and item.number > 0 and item.operator is None:
        return Cut(item.number)
    return None


def in_one_order(changes: Sequence[Fragment]) -> list[Fragment]:
    """The fragments, with "top 5" and "by price" as one order."""
    said = [part.effect for part in changes if isinstance(part.effect, RankCount) and part.effect.table is None]
    orders = [part.effect for part in changes if isinstance(part.effect, Rank) and part.effect.limit is None]
    if len(said) != 1 or len(orders) != 1:
        return list(changes)
    made = replace(orders[0], descending=said[0].descending, limit=said[0].limit)
    return [
        replace(part, effect=made) if part.effect == orders[0] else part for part in changes if part.effect != said[0]
    ]


def _says_first(item: Item, scene: Scene) -> bool:
    return tuple(item.phrase.casefold().split()) in scene.lexicon.firsts


def _number(items: Sequence[Item]) -> int | float | None:
    return next((item.number for item in items if item.number is not None), None)


def _bounded(part: Fragment, operator: str, number: int | float, scene: Scene, query: Query) -> Fragment:
    """A bound on the column that was bounded before, on the measure of groups, or on what the rows are worth."""
    for condition in reversed(query.where):
        if (
            isinstance(condition, Condition)
            and condition.operator in ORDERED
            and isinstance(condition.term, ColumnTerm)
        ):
            return replace(part, effect=Filter(Condition(condition.term, operator, (number,))))
    measures = [term for term in query.select if isinstance(term, MeasureTerm)]
    if query.group_by and measures:
        measure = measures[0]
        return replace(part, effect=Having(measure.function, measure.table, measure.column, operator, number))
    table = scene.catalog.table(query.root)
    for column in measure_columns(table, scene.lexicon)[:1] if table else ():
        return replace(part, effect=Filter(Condition(ColumnTerm(query.root, column.name), operator, (number,))))
    return part

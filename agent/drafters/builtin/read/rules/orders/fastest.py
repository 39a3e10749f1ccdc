"""What takes the least or the most time, where no column says how long: "the slowest carrier"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Aggregate, Superlative
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.query import MeasureTerm
from agent.drafters.builtin.read.effects import About, Fragment, Rank
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import find_column
from agent.drafters.builtin.schema.spans_of_time import span_of_rows

_TABLES, _NEAR = 3, 3


def fastest(scene: Scene, start: int) -> Iterator[Fragment]:
    """A superlative of speed: rows by the days from their first date to their last, others by the average of theirs."""
    operator = scene.items[start].operator
    if operator == Aggregate("avg") and any(_is_of_speed(item) for item in scene.items[max(start - _NEAR, 0) : start]):
        # "the slowest carrier on average"
        for table in list(scene.near_tables(start))[:_TABLES]:
            if span_of_rows(table, scene.lexicon) is not None:
                yield scene.fragment(start, start + 1, "average of days", About(table.id))
    if not isinstance(operator, Superlative) or "speed" not in operator.by:
        return
    place = start + 1
    behind = scene.items[place] if place < len(scene.items) else None
    for table in list(scene.near_tables(start))[:_TABLES]:
        term = span_of_rows(table, scene.lexicon)
        if term is None or find_column(table, (*operator.by, *operator.against), scene.lexicon):
            continue
        is_named = behind is not None and any(link.table.id == table.id for link in behind.tables)
        by = term if is_named else MeasureTerm("avg", table.id, term)
        # The fastest take the fewest days.
        effect = Rank(by, not operator.descending, 1)
        yield scene.fragment(start, place, "rank by days", effect, f"days of {'rows' if is_named else 'others'}")
        if behind is not None and behind.operator == Aggregate("avg"):
            yield scene.fragment(start, place + 1, "rank by days", effect, "days on average")


def _is_of_speed(item: Item) -> bool:
    return isinstance(item.operator, Superlative) and "speed" in item.operator.by

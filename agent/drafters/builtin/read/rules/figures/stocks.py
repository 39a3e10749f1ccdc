"""What is left of things: "how many lamps are left in stock", "what do we have the most of", "what is low on stock"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Aggregate, Superlative
from agent.drafters.builtin.read.clues.stocked import says_left, stocked
from agent.drafters.builtin.read.effects import About, Fragment, Rank, Show, ShowRows
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import label_columns
from agent.records import Table

_FAR = 6


def stocks(scene: Scene, start: int) -> Iterator[Fragment]:
    """The column that says how many there are: of one thing, the most or least of it, and the rows that have little."""
    yield from _of_one(scene, start)
    yield from _most(scene, start)
    yield from _low(scene, start)


def _of_one(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "how many" before the name of a thing, and "left" or "in stock" behind it."""
    if scene.items[start].operator != Aggregate("count"):
        return
    place = scene.skip(start + 1, "of", most=1)
    links = scene.items[place].values[:1] if place < len(scene.items) else ()
    end = next((at for at in range(place + 1, min(place + _FAR, len(scene.items))) if says_left(scene, at)), 0)
    for link in links:
        stock = next((stock for table, stock in stocked(scene, start) if table.id == link.table.id), None)
        if stock is not None and end and link.column in label_columns(link.table, scene.lexicon):
            yield scene.fragment(start, start + 1, "stock of one", Show(stock))


def _most(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "have the most of", "have the fewest of in stock"."""
    operator = scene.items[start].operator
    if not isinstance(operator, Superlative) or operator.by or operator.rows or not scene.is_any(start - 1, "has"):
        return
    end = scene.skip(start + 1, "of", most=1)
    is_left = end < len(scene.items) and says_left(scene, scene.skip(end, "in", most=1))
    if (end > start + 1 and end == len(scene.items)) or is_left:
        for table, stock in stocked(scene, start):
            end = scene.skip(end, "in", most=1) + 1 if is_left else end
            effect = Rank(stock, operator.descending, 1)
            yield scene.fragment(start, end, "stock ranked", effect, f"stock of {_named(table, scene)}")


def _low(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "low on stock", and behind it how little."""
    place = scene.skip(start + 1, "in", "of", most=1)
    if scene.items[start].last_word not in scene.lexicon.low or not says_left(scene, place):
        return
    for table, _ in stocked(scene, start):
        rule = "stock low"
        yield scene.fragment(start, place + 1, rule, About(table.id))
        yield scene.fragment(start, place + 1, rule, ShowRows(table.id), f"stock of {_named(table, scene)}")


def _named(table: Table, scene: Scene) -> str:
    return "named" if table.id in scene.tables else "unnamed"

"""How many of one thing were sold: "how many Blue Lamps did we sell in May" are pieces, and no orders."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Aggregate
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.effects import Fragment, Measure
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.line_amount import number_called
from agent.drafters.builtin.schema.rows import label_columns

_FAR = 5


def sold_pieces(scene: Scene, start: int) -> Iterator[Fragment]:
    """The pieces of the lines that point to a thing, which is called by its name before a verb of trade."""
    place = start + 1
    if scene.items[start].operator != Aggregate("count") or place >= len(scene.items):
        return
    behind = scene.items[place + 1 : place + _FAR]
    if not any(scene.lexicon.trades.intersection(item.phrase.casefold().split()) for item in behind):
        return
    for thing in scene.items[place].values[:1]:
        if thing.column not in label_columns(thing.table, scene.lexicon):
            continue
        for lines in scene.catalog.tables:
            pieces = number_called(lines, scene.lexicon.pieces, scene.lexicon)
            if pieces is not None and any(key.target == thing.table.id for key in lines.foreign_keys):
                effect = Measure("sum", lines.id, ColumnTerm(lines.id, pieces.name))
                yield scene.fragment(start, place, "sold pieces", effect)

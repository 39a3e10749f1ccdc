"""The tables that keep a stock, and words that say that something is left of it."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.line_amount import number_called
from agent.records import Table


def stocked(scene: Scene, start: int) -> Iterator[tuple[Table, ColumnTerm]]:
    """The tables with a column that holds how many there are, those named near a place first."""
    tables = {table.id: table for table in scene.near_tables(start)}
    tables |= {scored.table.id: scored.table for scored in scene.context.tables}
    for table in tables.values():
        column = number_called(table, scene.lexicon.stocks, scene.lexicon)
        if column is not None:
            yield table, ColumnTerm(table.id, column.name)


def says_left(scene: Scene, place: int) -> bool:
    """Whether a word at a place says that something is left: "left", "in stock"."""
    if scene.is_any(place, "in"):
        place += 1
    words = scene.items[place].phrase.casefold().split() if place < len(scene.items) else []
    return not scene.lexicon.left.isdisjoint(words)

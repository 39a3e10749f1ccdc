"""Rows by the number that is their key: "order 4711", "the status of order 4711", "invoice no. 12"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import ColumnTerm, Condition
from agent.drafters.builtin.read.clues.targets import counted
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene


def row_numbers(scene: Scene, start: int) -> Iterator[Fragment]:
    """A table and behind it a whole number, which is the key of one of its rows."""
    place = scene.skip(start + 1, "x", "list", "is", most=2)
    number = scene.items[place].number if place < len(scene.items) else None
    if not isinstance(number, int):
        return
    for table, more in counted(scene, start):
        if len(table.table.primary_key) == 1:
            term = ColumnTerm(table.table.id, table.table.primary_key[0])
            yield scene.fragment(start, place + 1, "row number", Filter(Condition(term, "in", (number,))), *more)

"""Rows that have something in common with one that is named: "who has the same manager as John Doe"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import ColumnTerm, Condition, Query
from agent.drafters.builtin.read.clues.peer_columns import own_columns
from agent.drafters.builtin.read.effects import Filters, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import label_columns
from agent.records import Table


def same_as(scene: Scene, start: int) -> Iterator[Fragment]:
    """The word "same", what is the same, and behind "as" the row that is compared with, which is not meant itself."""
    what = start + 1
    place = scene.skip(what + 1, "than", most=1)
    if not scene.is_any(start, "same") or place == what + 1 or place >= len(scene.items):
        return
    rank = 0
    for table, name in _named(scene, place):
        label = ColumnTerm(table.id, label_columns(table, scene.lexicon)[0].name)
        for column in own_columns(scene, what, table.id):
            term = ColumnTerm(table.id, column)
            theirs = Query(table.id, (term,), (Condition(label, "in", (name,)),))
            effect = Filters((Condition(term, "in", (theirs,)), Condition(label, "in", (name,), negated=True)))
            yield scene.fragment(start, place + 1, "same as", effect, *(("same as other",) if rank else ()))
            rank += 1


def _named(scene: Scene, place: int) -> Iterator[tuple[Table, str]]:
    """The tables of which an item names a row, by what their rows are called."""
    item = scene.items[place]
    known = [
        (value.table, value.value)
        for value in item.values
        if value.column in label_columns(value.table, scene.lexicon)[:1]
    ]
    yield from known
    if item.category in {"P", "Q"} and not known:
        yield from ((table, item.quoted or item.phrase) for table in scene.catalog.tables)

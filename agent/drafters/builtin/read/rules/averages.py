"""Averages of counts: "how many items does an order have on average", "the average number of orders per customer"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon import Aggregate
from agent.drafters.builtin.paths import multiplies
from agent.drafters.builtin.query import ColumnTerm, MeasureTerm
from agent.drafters.builtin.read.effects import ForEach, Fragment
from agent.drafters.builtin.read.rules.targets import counted
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import is_connected
from agent.records import Table

_BETWEEN = ("of", "do", "is", "has", "x", "all", "there", "grouping", "in", "per", "by", "ask", "compute", "me")
_AVERAGE, _COUNT = Aggregate("avg"), Aggregate("count")
_FAR = 8


def averages(scene: Scene, start: int) -> Iterator[Fragment]:
    """The rows of a table, counted for each of those of another that they belong to, with a word that says so."""
    place, average, count, each = start, False, False, False
    found: list[tuple[int, bool]] = []
    while place < min(start + _FAR, len(scene.items)):
        item = scene.items[place]
        if item.operator == _AVERAGE:
            average = True
        elif item.operator == _COUNT and not found:
            count = True
        elif item.tables and len(found) < 2:
            found.append((place, scene.is_any(place - 1, "grouping")))
        elif scene.is_any(place, "C") or not scene.is_any(place, *_BETWEEN):
            break
        place += 1
        each = each or (len(found) == 2 and found[1][1])
        if average and len(found) == 2 and (count or each) and _ends(scene, place - 1, found[1][0]):
            yield from _ratios(scene, start, place, found[0][0], found[1][0])


def _ends(scene: Scene, place: int, second: int) -> bool:
    return place == second or scene.items[place].operator == _AVERAGE or scene.is_any(place, "has", "do")


def _ratios(scene: Scene, start: int, end: int, first: int, second: int) -> Iterator[Fragment]:
    if scene.items[start].operator not in {_AVERAGE, _COUNT} and start != first:
        return
    for rows, more in counted(scene, first):
        for owner, further in counted(scene, second):
            key = _key(rows.table, owner.table, scene)
            if key is not None:
                effect = ForEach(MeasureTerm("count", rows.table.id), key)
                yield scene.fragment(start, end, "average count", effect, *more, *further)


def _key(table: Table, owner: Table, scene: Scene) -> ColumnTerm | None:
    """The column that tells apart the owners of the rows: that which points to them, where one does."""
    if table.id == owner.id or not is_connected(scene.catalog, table.id, owner.id):
        return None
    if multiplies(scene.catalog, table.id, owner.id):
        return None
    for pointer in table.foreign_keys:
        if pointer.target == owner.id and len(pointer.columns) == 1:
            return ColumnTerm(table.id, pointer.columns[0])
    return ColumnTerm(owner.id, owner.primary_key[0]) if len(owner.primary_key) == 1 else None

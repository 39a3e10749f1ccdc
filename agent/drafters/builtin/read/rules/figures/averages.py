"""Averages of what many rows make together: "how many items does an order have on average", "spend per customer"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.drafters.builtin.lexicon.operators import Aggregate
from agent.drafters.builtin.query.query import ColumnTerm, MeasureTerm
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.clues.targets import Features, counted
from agent.drafters.builtin.read.effects import ForEach, Fragment, Measure
from agent.drafters.builtin.read.rules.figures.figures import adds_up, is_money
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import multiplies
from agent.drafters.builtin.schema.rows import is_connected
from agent.records import Table
from agent.wording import is_plural

_BETWEEN = ("of", "do", "is", "has", "x", "all", "there", "grouping", "in", "per", "by", "ask", "compute", "me", "what")
_AVERAGE, _COUNT, _SUM = Aggregate("avg"), Aggregate("count"), Aggregate("sum")
_FAR = 9
_GROUPS = frozenset({"for each", "for every", "each", "every", "in each", "in every", "of each", "of every", "by each"})
# A word names a table, and an amount, from these scores on.
_NAMED, _SURE = 0.6, 0.9


@dataclass
class _Walk:
    """What has been seen of a construction: its words, an amount, and tables, each with whether "per" stands before."""

    average: bool = False
    asked: bool = False
    amount: int | None = None
    money: bool = False
    how: bool = False
    many: bool = False
    tables: list[tuple[int, bool]] = field(default_factory=list)

    @property
    def by(self) -> str:
        """What says that it is one figure for each: "per", "how many", or only "the number of"."""
        if self.tables and self.tables[-1][1]:
            return "each"
        return "how" if self.how or not self.asked else "number"

    @property
    def parts(self) -> tuple[int, int, bool] | None:
        """The places of what is averaged and of what it is for, and whether it is counted; None if not told."""
        if not self.tables:
            return None
        *others, (last, each) = self.tables
        if not self.average and not (self.money and self.how and each):
            return None
        if self.amount is not None and not others and (each or self.asked or (self.money and last < self.amount)):
            return self.amount, last, False
        if self.amount is None and len(others) == 1 and (self.asked or (each and self.many)):
            return others[0][0], last, True
        return None


def averages(scene: Scene, start: int) -> Iterator[Fragment]:
    """The rows of a table, or an amount of them, for each of the rows of another that they belong to."""
    walk, place = _Walk(), start
    while place < min(start + _FAR, len(scene.items)):
        item = scene.items[place]
        if item.operator == _AVERAGE:
            walk.average = True
        elif item.operator in {_COUNT, _SUM} and not walk.tables and walk.amount is None:
            # "the average number of clients in all banks" may be a column.
            walk.asked, walk.how = True, item.phrase.casefold().startswith("how")
        elif _is_amount(scene, place) and walk.amount is None:
            walk.amount, walk.money = place, is_money(scene, place)
        elif scene.is_any(place, "V") and walk.average and scene.is_any(place + 1, "T"):
            # "an average web order": the value is read for itself.
            walk.tables.append((place + 1, False))
            yield from _found(scene, start, place, walk)
            return
        elif item.tables and item.tables[0].score >= _NAMED and len(walk.tables) < 2:
            if walk.amount is not None and scene.items[place - 1].phrase.casefold() in _GROUPS:
                # "the average refund for each category" is one for each.
                return
            walk.tables.append((place, scene.is_any(place - 1, "grouping")))
            # "the average expense per project" is one of amounts.
            walk.many = walk.many or (len(walk.tables) == 1 and is_plural(item.phrase))
        elif not (scene.is_any(place, *_BETWEEN) or (scene.is_any(place, "T") and item.tables[0].score < _NAMED)):
            return
        place += 1
        if _ends(scene, place - 1):
            yield from _found(scene, start, place, walk)


def _is_amount(scene: Scene, place: int) -> bool:
    item = scene.items[place]
    return scene.is_any(place, "C") and any(link.score >= _SURE and adds_up(link, scene) for link in item.columns[:1])


def _ends(scene: Scene, place: int) -> bool:
    """Whether the construction may end with an item: what it is about, or a verb or "on average" behind it."""
    return scene.is_any(place, "T", "C", "has", "do") or scene.items[place].operator == _AVERAGE


def _found(scene: Scene, start: int, end: int, walk: _Walk) -> Iterator[Fragment]:
    said = walk.parts
    if said is None or not _begins(scene, start, walk):
        return
    thing, owner, counts = said
    for measure, table, rule, more in _measures(scene, thing, counts):
        for other, further in counted(scene, owner):
            key = _key(table, other.table, scene)
            # "revenue per order" is an average without the word; of a customer it would be one figure for each.
            each = f"{rule} by {walk.by}"
            if key is not None and walk.average:
                near = f"average of {'own rows' if key.table == table.id else 'far rows'}"
                yield scene.fragment(start, end, rule, ForEach(measure, key), near, each, *more, *further)
            elif counts and (bridge := _bridge(table, other.table, scene)) is not None:
                # "products per order" are counted by the lines of the orders.
                lines = ForEach(MeasureTerm("count", bridge.table), bridge)
                yield scene.fragment(start, end, rule, lines, "average of bridge", each, *more, *further)
            elif not counts and other.table.id == table.id and measure.column is not None:
                # "revenue per order", where each order has one.
                effect = Measure("avg", table.id, measure.column)
                yield scene.fragment(start, end, rule, effect, *more, *further)


def _bridge(table: Table, owner: Table, scene: Scene) -> ColumnTerm | None:
    """The column that points to the owner, of a table whose rows relate one of each."""
    for between in scene.catalog.tables:
        pointers = {key.target: key.columns for key in between.foreign_keys}
        if table.id in pointers and len(pointers.get(owner.id, ())) == 1 and table.id != owner.id:
            return ColumnTerm(between.id, pointers[owner.id][0])
    return None


def _begins(scene: Scene, start: int, walk: _Walk) -> bool:
    first = min([place for place, _ in walk.tables] + ([walk.amount] if walk.amount is not None else []))
    return scene.items[start].operator in {_AVERAGE, _COUNT, _SUM} or start == first


def _measures(scene: Scene, place: int, counts: bool) -> Iterator[tuple[MeasureTerm, Table, str, Features]]:
    """What is added up for each of the others: rows, or an amount."""
    if counts:
        for rows, more in counted(scene, place):
            yield MeasureTerm("count", rows.table.id), rows.table, "average count", more
        return
    for rank, link in enumerate(scene.items[place].columns[:2]):
        if adds_up(link, scene):
            said = "money" if is_money(scene, place) else "amount"
            more = (f"average sum of {said}", *link_features(scene, place, link, rank))
            yield MeasureTerm("sum", link.table.id, link.term), link.table, "average sum", more


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

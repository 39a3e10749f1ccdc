"""What a figure is given for each of: "for each country", "per month", "by status"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.lexicon.operators import Bucket, Marker, Unit
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.clues.moments import moments
from agent.drafters.builtin.read.clues.persons import is_anyone, is_of_persons
from agent.drafters.builtin.read.clues.targets import targets
from agent.drafters.builtin.read.effects import Fragment, Group, GroupRows, GroupUnit
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_numeric, keys

# How far before a second group the mark of the first may stand.
_FAR = 4
_MARKS = frozenset({Marker("grouping"), Marker("by")})
# From this score on a word names a column, and not only comes near to it.
_NAMED = 0.7


def groupings(scene: Scene, start: int) -> Iterator[Fragment]:
    """A mark of grouping with the column, the rows or the calendar unit behind it."""
    item = scene.items[start]
    if isinstance(item.operator, Bucket) and _stands_alone(item.phrase.casefold(), scene.lexicon):
        yield scene.fragment(start, start + 1, "group unit", GroupUnit(item.operator.unit))
    if item.operator == Marker("conjunction") and start + 1 < len(scene.items):
        # "per vet and year"
        unit = scene.items[start + 1].operator
        marked = any(before.operator in _MARKS for before in scene.items[max(start - _FAR, 0) : start])
        if isinstance(unit, Bucket) and marked:
            yield from _of_moments(scene, start, start + 1, unit.unit, "group unit too")
    # "number of singers and country": a column may name the group without any mark.
    if item.operator not in _MARKS:
        return
    target = scene.skip(start + 1, "x", "all", "distinct", "of", "their", most=2)
    if target >= len(scene.items):
        return
    behind = scene.items[target]
    if isinstance(behind.operator, Bucket):
        yield scene.fragment(start, target + 1, "group unit", GroupUnit(behind.operator.unit))
        yield from _of_moments(scene, start, target, behind.operator.unit, "group unit")
    mark = f"group mark {item.category}"
    if is_anyone(behind, scene.lexicon):
        yield from _persons(scene, start, target)
        return
    for rank, link in enumerate(behind.columns):
        more = (mark, _kind(link), *link_features(scene, target, link, rank))
        yield scene.fragment(start, target + 1, "group", Group(link.term), *more)
    # "for each ship name": the column stands behind its table.
    for found in targets(scene, target):
        if found.end > target + 1:
            more = (mark, _kind(found.link), *found.features)
            yield scene.fragment(start, found.end, "group", Group(found.link.term), *more)
    for rank, table in enumerate(behind.tables):
        more = (("table score", table.score), f"table {table.how}", *((f"table rank {rank}",) if rank else ()))
        yield scene.fragment(start, target + 1, "group rows", GroupRows(table.table.id), mark, *more)


def _persons(scene: Scene, start: int, place: int) -> Iterator[Fragment]:
    """ "per person": the persons that what is named belongs to."""
    named = [link.table.id for item in scene.items for link in item.columns[:1] if link.score >= _NAMED]
    for name in dict.fromkeys([*scene.tables, *named]):
        table = scene.catalog.table(name)
        for target in dict.fromkeys(key.target for key in table.foreign_keys) if table else ():
            owner = scene.catalog.table(target)
            if owner is not None and target != name and is_of_persons(owner, scene.lexicon):
                yield scene.fragment(start, place + 1, "group persons", GroupRows(owner.id))


def _of_moments(scene: Scene, start: int, place: int, unit: Unit, rule: str) -> Iterator[Fragment]:
    """The calendar unit of every date that it may be of."""
    for link, more in moments(scene, place):
        if unit != "hour" or link.column.kind != "date":
            yield scene.fragment(start, place + 1, rule, GroupUnit(unit, link.term), *more)


def _stands_alone(phrase: str, lexicon: Lexicon) -> bool:
    """Whether a calendar unit groups without any mark: "monthly", "annual", "year over year", "yoy"."""
    words = phrase.split()
    is_one = phrase.endswith(("ly", "al")) or phrase in lexicon.word_lists["against the one before"]
    return is_one or (len(words) > 1 and words[0] == words[-1])


def _kind(link: ColumnLink) -> str:
    kind = "key" if link.column.name in keys(link.table) else "number" if is_numeric(link.column) else link.column.kind
    return f"group of {kind}"

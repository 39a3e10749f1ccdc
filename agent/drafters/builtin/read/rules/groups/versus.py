"""Two groups set against each other: "do companies spend more than consumers", "is the web or the shop busier"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Comparative, Comparison, Marker
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.clues.targets import counted, targets
from agent.drafters.builtin.read.effects import Fragment, Group, Measure
from agent.drafters.builtin.read.rules.figures.figures import adds_up
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import keys

_ASKING = ("is", "do", "has", "which", "who", "what", "where", "if")
_OR = Marker("disjunction")
# So many values are looked at that an item may be.
_VALUES = 3


def versus(scene: Scene, start: int) -> Iterator[Fragment]:
    """The words that compare two values of one column: what is asked is given for each of them.

    The second value stands behind "than", or the values are alternatives; a figure "per order" is an average.
    """
    if scene.items[start].phrase.casefold() in scene.lexicon.compares and not scene.is_any(start, "than"):
        yield from _groups(scene, start, start, "against")
    if scene.is_any(0, *_ASKING):
        thans = [place for place in range(_end(scene)) if _is_than(scene, place)]
        ors = [place for place in range(_end(scene)) if scene.items[place].operator == _OR]
        if start in thans or (thans and _compares(scene, start) and start < thans[0]):
            yield from _groups(scene, start, thans[0], "than")
        elif _compares(scene, start) and ors and not thans:
            yield from _groups(scene, start, ors[0], "or")
    yield from _of_each(scene, start)


def _is_than(scene: Scene, place: int) -> bool:
    compares = isinstance(scene.items[place].operator, Comparison) and scene.items[place].last_word == "than"
    return compares or (scene.is_any(place, "than") and any(_compares(scene, before) for before in range(place)))


def _end(scene: Scene) -> int:
    return len(scene.items)


def _compares(scene: Scene, place: int) -> bool:
    return isinstance(scene.items[place].operator, Comparative)


def _groups(scene: Scene, start: int, between: int, how: str) -> Iterator[Fragment]:
    """The column of which a value stands before a place and another behind it."""
    before = {term: None for place in range(between) for term in _terms(scene, place)}
    for term in dict.fromkeys(term for place in range(between + 1, _end(scene)) for term in _terms(scene, place)):
        if term in before:
            yield scene.fragment(start, start + 1, "versus", Group(term), f"versus {how}")


def _terms(scene: Scene, place: int) -> Iterator[ColumnTerm]:
    return (value.term for value in scene.items[place].values[:_VALUES] if value.how != "vector")


def _of_each(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "spend more per order", "spend per order": an average of the rows that are said to be each."""
    for found in targets(scene, start):
        place = found.end + (found.end < _end(scene) and _compares(scene, found.end))
        if not scene.is_any(place, "grouping") or not adds_up(found.link, scene):
            continue
        own = any(table.table.id == found.link.table.id for table, _ in list(counted(scene, place + 1))[:1])
        if own and found.link.column.name not in keys(found.link.table):
            effect = Measure("avg", found.link.table.id, found.link.term)
            yield scene.fragment(start, place + 2, "average of each", effect, *found.features)

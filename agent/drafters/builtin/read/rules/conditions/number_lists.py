"""Several numbers that one column may be: "1 or 2 stars", "rated 4 or 5", "in rooms 3, 5 and 8"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_numeric

_JOINING = ("disjunction", "conjunction")
_GLUE = ("is", "of", "in", "with", "value", "x", "either", "both", "has")
_MOST = 8


def number_lists(scene: Scene, start: int) -> Iterator[Fragment]:
    """At least two numbers that words join, behind the column they are of or before it."""
    numbers, end = _numbers(scene, start)
    if len(numbers) > 1 and end < len(scene.items):
        yield from _of(scene, start, end, end + 1, numbers)
    if scene.items[start].columns:
        numbers, end = _numbers(scene, scene.skip(start + 1, *_GLUE, most=3))
        if len(numbers) > 1:
            yield from _of(scene, start, start, end, numbers)


def _numbers(scene: Scene, place: int) -> tuple[tuple[int | float, ...], int]:
    """The numbers that stand in a row from a place on, and where they end."""
    found: list[int | float] = []
    end = place
    while place < len(scene.items) and len(found) < _MOST:
        number = scene.items[place].number
        if number is None:
            break
        found.append(number)
        end = place + 1
        place = scene.skip(end, *_JOINING, most=2)
        if place == end:
            break
    return tuple(found), end


def _of(scene: Scene, start: int, place: int, end: int, numbers: tuple[int | float, ...]) -> Iterator[Fragment]:
    for rank, link in enumerate(scene.items[place].columns):
        if is_numeric(link.column):
            effect = Filter(Condition(link.term, "in", numbers))
            yield scene.fragment(start, end, "number list", effect, *link_features(scene, place, link, rank))

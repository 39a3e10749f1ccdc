"""How many rows point to a row of their own table: "managers with more than 8 people under them"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import Condition, MeasureTerm, RelatedTerm
from agent.drafters.builtin.read.clues.numbers import numbers, sign_at
from agent.drafters.builtin.read.clues.persons import is_anyone, is_of_persons
from agent.drafters.builtin.read.clues.self_keys import SelfKey, self_keys, words_of
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene

_HAVE = ("has", "with", "that", "who", "is", "do")
_THEM = ("to", "for", "by", "their", "is", "me")


def rows_below(scene: Scene, start: int) -> Iterator[Fragment]:
    """A number of persons that are said to be below others, with the word for those that have them or without."""
    for key in self_keys(scene):
        above = _is_above(scene, start, key)
        first = scene.skip(start + 1, *_HAVE, most=2) if above else start
        # What has them, and what compares the number, are said in one.
        if first >= len(scene.items) or _said_before(scene, start, key) or (not above and sign_at(scene, start - 1)):
            continue
        for sign, number, end, form in numbers(scene, first):
            behind = _below(scene, end, key)
            if behind is not None and form != "times":
                of_each = RelatedTerm(key.table.id, MeasureTerm("count", key.table.id), via=key.column)
                effect = Filter(Condition(of_each, sign, (number,)))
                more = f"rows below counted {'of named' if above else 'alone'}"
                yield scene.fragment(start, behind, "rows below counted", effect, more)


def _is_above(scene: Scene, place: int, key: SelfKey) -> bool:
    return key.is_above(words_of(scene.items[place]), scene.lexicon)


def _said_before(scene: Scene, start: int, key: SelfKey) -> bool:
    """Whether the word for those that have others below them stands right before a place."""
    place = start - 1
    while place > 0 and scene.is_any(place, *_HAVE):
        place -= 1
    return place >= 0 and _is_above(scene, place, key)


def _below(scene: Scene, place: int, key: SelfKey) -> int | None:
    """Where the words end for persons that are below others; None where there are none."""
    place = scene.skip(place, "x", "all", most=1)
    if place >= len(scene.items):
        return None
    # "direct reports"
    if place + 1 < len(scene.items) and words_of(scene.items[place]) & scene.lexicon.direct:
        place += 1
    if key.is_below(words_of(scene.items[place]), scene.lexicon) or key.is_sub(scene.items[place]):
        return scene.skip(place + 1, *_THEM, most=2)
    named = any(link.table.id == key.table.id for link in scene.items[place].tables[:1])
    if not (named or (is_anyone(scene.items[place], scene.lexicon) and is_of_persons(key.table, scene.lexicon))):
        return None
    behind = scene.skip(place + 1, "is", "that", "who", "do", most=2)
    if behind >= len(scene.items):
        return None
    words = words_of(scene.items[behind])
    if words & scene.lexicon.beneath or key.is_below(words, scene.lexicon):
        end = scene.skip(behind + 1, *_THEM, most=3)
        return end if end > behind + 1 or key.is_below(words, scene.lexicon) else None
    return None

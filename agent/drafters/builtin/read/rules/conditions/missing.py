"""Columns without a value: "whose email is missing", "with an unknown age", "the phone is not null"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.read.clues.targets import Target, targets
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene

_GLUE = ("is", "has", "value", "x", "with", "of", "that")
_MISSING = Marker("missing")


def missing(scene: Scene, start: int) -> Iterator[Fragment]:
    """A column with a word for "missing" behind or before it."""
    if scene.items[start].operator == _MISSING:
        for found in targets(scene, scene.skip(start + 1, "value", "of", "in", "their", most=2)):
            yield _missing(scene, start, found.end, found, negated=False)
        return
    for found in targets(scene, start):
        place = scene.skip(found.end, *_GLUE, most=3)
        negated = scene.is_any(place, "negation")
        if negated:
            place = scene.skip(place + 1, *_GLUE, most=2)
        if place < len(scene.items) and scene.items[place].operator == _MISSING:
            end = scene.skip(place + 1, "value", most=1)
            yield _missing(scene, start, end, found, negated)


def _missing(scene: Scene, start: int, end: int, found: Target, negated: bool) -> Fragment:
    effect = Filter(Condition(found.link.term, "null", negated=negated))
    return scene.fragment(start, end, "missing", effect, *found.features)

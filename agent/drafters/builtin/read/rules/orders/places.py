"""A place in an order: "the second most expensive product", "the 3rd largest city"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Superlative
from agent.drafters.builtin.question.ordinals import ordinal
from agent.drafters.builtin.read.effects import Fragment, Nth
from agent.drafters.builtin.read.scene import Scene


def places(scene: Scene, start: int) -> Iterator[Fragment]:
    """An ordinal right before a superlative."""
    place = ordinal(scene.items[start].phrase)
    behind = scene.items[start + 1].operator if start + 1 < len(scene.items) else None
    if place is not None and place > 1 and isinstance(behind, Superlative):
        yield scene.fragment(start, start + 1, "nth", Nth(place))

"""Adjectives that a number behind them makes clear: "expensive products (over 500)"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Bound, Comparison
from agent.drafters.builtin.read.effects import About, Fragment
from agent.drafters.builtin.read.scene import Scene

_FAR = 4


def vague(scene: Scene, start: int) -> Iterator[Fragment]:
    """The adjective before what it describes says no more than the comparison that follows."""
    if scene.items[start].phrase.casefold() not in scene.lexicon.vague:
        return
    for place in range(start + 2, min(start + 1 + _FAR, len(scene.items))):
        if isinstance(scene.items[place].operator, Comparison | Bound) and _is_number(scene, place):
            for table in scene.near_tables(start):
                yield scene.fragment(start, start + 1, "vague", About(table.id))
                return


def _is_number(scene: Scene, place: int) -> bool:
    return any(scene.is_any(near, "N") for near in (place - 1, place + 1))

"""How many there are of each: "distribution of star ratings", "breakdown of customers by segment"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.read.clues.targets import targets
from agent.drafters.builtin.read.effects import Fragment, Group, Measure
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import keys

_MARK = Marker("distribution")


def distributions(scene: Scene, start: int) -> Iterator[Fragment]:
    """The rows of a table counted, and the column behind the word that says for what of each."""
    if scene.items[start].operator == _MARK and start + 1 < len(scene.items):
        for found in targets(scene, start + 1):
            counted = Measure("count", found.link.table.id)
            yield scene.fragment(start, start + 1, "distribution", counted, *found.features)
    elif start and scene.items[start - 1].operator == _MARK:
        for found in targets(scene, start):
            if found.link.column.name not in keys(found.link.table):
                yield scene.fragment(start, found.end, "distributed", Group(found.link.term), *found.features)

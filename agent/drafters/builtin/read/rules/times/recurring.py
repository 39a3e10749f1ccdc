"""Times that come round again as a condition: "on sundays", "at the weekend", "in the evening"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.query.query import BucketTerm, Condition
from agent.drafters.builtin.read.clues.moments import moments
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene

_MARKS = frozenset({Marker("grouping"), Marker("by")})


def recurring(scene: Scene, start: int) -> Iterator[Fragment]:
    """A weekday in the plural or a part of the day, with the preposition before it."""
    place = start + 1 if scene.is_any(start, "in", "from", "to") else start
    if place >= len(scene.items) or scene.items[start - 1].operator in _MARKS:
        return
    said = scene.lexicon.recurring.get(scene.items[place].phrase.casefold())
    if said is None or (said.led and place == start):
        return
    for link, more in moments(scene, place):
        if said.unit != "hour" or link.column.kind != "date":
            condition = Condition(BucketTerm(link.term, said.unit), "in", said.values)
            yield scene.fragment(start, place + 1, "recurring", Filter(condition), *more)

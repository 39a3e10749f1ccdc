"""Events that a verb names: "delivered yesterday", "when was order 5 shipped" are of delivered_at and shipped_at."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.read.clues.events import events, is_tail
from agent.drafters.builtin.read.effects import About, Fragment
from agent.drafters.builtin.read.scene import Scene


def done(scene: Scene, start: int) -> Iterator[Fragment]:
    """A verb that only says which date is asked for, or which one a time is of."""
    asked = scene.opener == "when"
    if not asked and not any(item.window for item in scene.items):
        return
    end = start + 1
    if scene.items[start].phrase.casefold() in scene.lexicon.entering:
        end += is_tail(scene, end)
    for table in dict.fromkeys(link.table.id for link in events(scene, start)):
        yield scene.fragment(start, end, "done of when" if asked else "done of time", About(table))

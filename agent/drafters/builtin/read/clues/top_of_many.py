"""How many rows "top customers", or "our best customers", are, of which no number is said."""

from __future__ import annotations

from agent.drafters.builtin.read.scene import Scene
from agent.wording import is_plural

MANY = 10
# Before a plural they are said of several, where "oldest" is often said of one.
_SEVERAL = frozenset({"top", "best", "worst", "biggest"})


def top_of_many(scene: Scene, place: int) -> bool:
    """Whether a superlative ranks several: "the most customers" may be those of one city, "top customers" are not."""
    ranked = scene.items[place + 1].phrase if place + 1 < len(scene.items) else ""
    return scene.items[place].phrase.casefold() in _SEVERAL and is_plural(ranked)

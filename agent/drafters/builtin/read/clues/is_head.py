"""Stored values that are the nouns which are asked for: "all dogs", "which dog", "the cheapest kettle"."""

from __future__ import annotations

from agent.drafters.builtin.link.items import ValueLink
from agent.drafters.builtin.read.scene import Scene

# Nothing that is asked for is among these.
BEFORE_HEADS = ("ask", "me", "which", "all", "their", "these", "there", "is", "sup", "N", "x")
# A word names a column or a table from this score on.
_NAMED = 0.6


def is_head(scene: Scene, place: int, link: ValueLink) -> bool:
    """Whether a value begins what is asked for, in the plural, or behind "which" or a superlative."""
    item = scene.items[place]
    names = [*(column.score for column in item.columns), *(table.score for table in item.tables)]
    if max(names, default=0.0) >= _NAMED or not all(scene.is_any(before, *BEFORE_HEADS) for before in range(place)):
        return False
    plural = item.last_word.endswith("s") and not link.value.casefold().endswith("s")
    return plural or scene.is_any(place - 1, "which", "sup")

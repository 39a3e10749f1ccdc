"""What means nothing where it stands, whatever is read of it."""

from __future__ import annotations

from agent.drafters.builtin.read.scene import Scene

# A month has so many days at most.
_DAYS = 31


def is_meaningless(place: int, scene: Scene) -> bool:
    """Whether an item means nothing where it stands: "named ''", "top 0", "30 February"."""
    item = scene.items[place]
    if item.quoted is not None:
        return not item.quoted
    if item.number is None:
        return False
    if scene.is_any(place - 1, "sup") or (scene.is_any(place + 1, "sup") and item.number <= 0):
        return not isinstance(item.number, int) or item.number <= 0
    return item.number in range(1, _DAYS + 1) and (
        _is_month(place + 1, scene, first=True)
        or (_is_month(place - 1, scene, first=False) and place + 1 == len(scene.items))
    )


def _is_month(place: int, scene: Scene, first: bool) -> bool:
    """Whether a time stands at a place that begins, or ends, with the name of a month."""
    if not scene.is_any(place, "D"):
        return False
    words = scene.items[place].phrase.casefold().split()
    return words[0 if first else -1] in scene.lexicon.months

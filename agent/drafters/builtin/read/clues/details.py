"""Words for all that is known of rows: "all info on customer 42", "the details of this order"."""

from __future__ import annotations

from agent.drafters.builtin.read.scene import EDGE, Scene

# From this score on a word is rather the name of a column.
_NAMED = 0.8
# What stands before such a word, or behind it.
_BEFORE = (EDGE, "ask", "all", "me", "their", "what", "compute")
_BEHIND = ("of", "in", "for", "from", "to", "about", "all")


def asks_for_details(scene: Scene, place: int) -> bool:
    """Whether the word at a place asks for all that is known of what follows, and names no column itself."""
    item = scene.items[place]
    if scene.lexicon.word_classes.get(item.last_word) != "about" or item.operator is not None:
        return False
    if item.phrase.casefold() == "about":
        # "complaints about": what is written of, not all that is known.
        return scene.category(place - 1) not in {"T", "C"}
    before = scene.items[place - 1].phrase.casefold() if place else ""
    if not (
        scene.is_any(place - 1, *_BEFORE)
        or before in scene.lexicon.word_lists["some or all"]
        or scene.is_any(place + 1, *_BEHIND)
    ):
        return False
    named = max([link.score for link in item.columns if link.how != "vector"], default=0.0)
    return named < _NAMED

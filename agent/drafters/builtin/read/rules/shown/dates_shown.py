"""The date of rows as something that is shown: "with the date", "the latest order date for each customer"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Superlative
from agent.drafters.builtin.read.clues.moments import moments
from agent.drafters.builtin.read.effects import Fragment, Measure, Show, ShowAlso
from agent.drafters.builtin.read.scene import Scene

# Behind these words a date is shown besides what the rows are called.
_BESIDES = ("with", "conjunction")


def dates_shown(scene: Scene, start: int) -> Iterator[Fragment]:
    """A word for a date behind the rows that it is of or alone, and the extreme of one behind a superlative."""
    operator = scene.items[start].operator
    extreme = operator if isinstance(operator, Superlative) and "date" in operator.by else None
    first = start + 1 if extreme else start
    place = first + 1 if scene.is_any(first, "T") else first
    if not is_date_word(scene, place) or scene.is_any(start - 1, "grouping", "by", "sup", "C"):
        return
    for link, more in moments(scene, place):
        is_named = any(table.table.id == link.table.id for table in scene.items[first].tables)
        near = [said for said in more if isinstance(said, tuple) or said in {"moment of nearest", "moment of party"}]
        own = (*near, "date of rows named") if is_named else tuple(near)
        if extreme:
            found = Measure("max" if extreme.descending else "min", link.table.id, link.term)
            yield scene.fragment(start, place + 1, "extreme date", found, *own)
        else:
            shown = ShowAlso((link.term,)) if scene.is_any(start - 1, *_BESIDES) else Show(link.term)
            yield scene.fragment(start, place + 1, "date shown", shown, *own)


def is_date_word(scene: Scene, place: int) -> bool:
    """Whether the word at a place is that for a date."""
    return place < len(scene.items) and scene.items[place].phrase.casefold() in scene.lexicon.word_lists["date"]

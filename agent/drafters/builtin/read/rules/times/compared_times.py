"""Times that are compared: "revenue in 2024 and 2025", "orders this month versus last month"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from agent.drafters.builtin.lexicon.operators import Unit
from agent.drafters.builtin.question.dates import Window
from agent.drafters.builtin.read.clues.moments import moments
from agent.drafters.builtin.read.effects import Compared, Fragment
from agent.drafters.builtin.read.scene import Scene

_BETWEEN = ("conjunction", "disjunction", "than", "with", "to", "x", "from", "in", "for", "is", "what", "more", "C")
_MOST_BETWEEN = 3
# The days that a month and a quarter may have.
_MONTH, _QUARTER, _YEAR = range(28, 32), range(90, 93), range(365, 367)


def compared_times(scene: Scene, start: int) -> Iterator[Fragment]:
    """Two times of one length, each of which is a row of the answer; a word may say that they are compared."""
    first = scene.items[start].window
    if first is None:
        return
    place = scene.skip(start + 1, *_BETWEEN, most=_MOST_BETWEEN)
    second = scene.items[place].window if place < len(scene.items) else None
    unit = _unit(first)
    if second is None or unit is None or _unit(second) != unit or first == second:
        return
    words = {word for item in scene.items for word in item.phrase.casefold().split()}
    said = "said" if words & scene.lexicon.compares else "unsaid"
    for link, more in moments(scene, start):
        effect = Compared((first, second), unit, link.term)
        yield scene.fragment(start, place + 1, "compared times", effect, f"times compared {said}", *more)


def _unit(window: Window) -> Unit | None:
    """The calendar unit that a time is one of; a week may begin on any day."""
    if window.start is None or window.end is None:
        return None
    days = (window.end - window.start) // timedelta(days=1)
    if window.start.day == 1:
        if days in _MONTH:
            return "month"
        if days in _QUARTER and window.start.month % 3 == 1:
            return "quarter"
        if days in _YEAR and window.start.month == 1:
            return "year"
    return "week" if days == 7 else "day" if days == 1 else None

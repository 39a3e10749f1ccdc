"""Averages over days, months or years: "average revenue per day", "orders per month on average"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Aggregate, Bucket
from agent.drafters.builtin.read.effects import Fragment, OverUnits
from agent.drafters.builtin.read.rules.figures.figures import is_money
from agent.drafters.builtin.read.scene import Scene
from agent.wording import is_plural

_AVERAGE = Aggregate("avg")


def averages_over_units(scene: Scene, start: int) -> Iterator[Fragment]:
    """The word for an average where something is told for each day, month or year."""
    # "average order value per month" is one of the rows of each month.
    named = scene.is_any(start + 1, "C", "V", "T") and not is_money(scene, start + 1)
    if scene.items[start].operator != _AVERAGE or (named and not is_plural(scene.items[start + 1].phrase)):
        return
    units = (place for place in range(1, len(scene.items)) if isinstance(scene.items[place].operator, Bucket))
    if any(scene.is_any(place - 1, "grouping") for place in units):
        yield scene.fragment(start, start + 1, "average of units", OverUnits())

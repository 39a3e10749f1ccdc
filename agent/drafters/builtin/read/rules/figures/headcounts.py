"""Words for the number of persons: "headcount per department"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.read.clues.persons import is_of_persons
from agent.drafters.builtin.read.clues.roles import is_staff
from agent.drafters.builtin.read.effects import Fragment, Measure
from agent.drafters.builtin.read.scene import Scene


def headcounts(scene: Scene, start: int) -> Iterator[Fragment]:
    """The rows of a table of persons counted, those of the staff first."""
    if scene.items[start].phrase.casefold() not in scene.lexicon.headcounts:
        return
    for scored in scene.context.tables:
        if is_of_persons(scored.table, scene.lexicon):
            whose = "staff" if is_staff(scored.table, scene) else "others"
            yield scene.fragment(
                start, start + 1, "headcount", Measure("count", scored.table.id), f"headcount of {whose}"
            )

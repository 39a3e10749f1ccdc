"""What persons are paid, where a verb says it: "who makes more than 5000"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.read.clues.persons import is_of_persons
from agent.drafters.builtin.read.clues.targets import Target
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import find_column, is_numeric


def earned(scene: Scene, place: int) -> Iterator[Target]:
    """The pay of the tables of persons, where the word at a place may be the verb for it."""
    if not 0 <= place < len(scene.items) or scene.items[place].phrase.casefold() not in scene.lexicon.earning:
        return
    for table in scene.catalog.tables:
        column = find_column(table, scene.lexicon.pay, scene.lexicon) if is_of_persons(table, scene.lexicon) else None
        if column is not None and is_numeric(column):
            yield Target(ColumnLink(table, column, 0.8, "pointed"), place + 1, ("earned",))

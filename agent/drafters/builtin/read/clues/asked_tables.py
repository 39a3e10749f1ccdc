"""The tables that a question word may ask for, which the question often does not name."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.read.clues.persons import is_of_persons
from agent.drafters.builtin.read.scene import Scene
from agent.records import Table

_TABLES = 6


def asked_tables(scene: Scene, start: int) -> Iterator[tuple[Table, str]]:
    """The tables that the word at a place may ask for, each with how it is named."""
    seen = set()
    for position, table in enumerate(scene.near_tables(start)):
        seen.add(table.id)
        named = table.id in scene.tables
        yield table, "asked of nearest" if named and position == 0 else f"asked of {'named' if named else 'found'}"
    for position, scored in enumerate(scene.context.tables):
        # Who did something is often found last, since only what was done is named.
        is_near = position < _TABLES or is_of_persons(scored.table, scene.lexicon)
        if scored.table.id not in seen and is_near:
            yield scored.table, "asked of found"


def asked_things(scene: Scene, start: int) -> Iterator[tuple[Table, str]]:
    """The tables of things that columns and values of the question are of, then those that are near."""
    seen = set()
    told = [(table, "what has it") for table in _told(scene, start)]
    for table, near in (*told, *asked_tables(scene, start)):
        if table.id not in seen and not is_of_persons(table, scene.lexicon):
            seen.add(table.id)
            yield table, near


def _told(scene: Scene, start: int) -> Iterator[Table]:
    for item in scene.items[start + 1 :]:
        yield from (column.table for column in item.columns[:1])
        yield from (value.table for value in item.values[:1])

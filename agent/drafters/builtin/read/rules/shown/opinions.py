"""What people say of something: "what do customers say about the lamp", "what did they think of it"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.clues.persons import is_anyone, is_of_persons
from agent.drafters.builtin.read.clues.prose import prose_columns
from agent.drafters.builtin.read.effects import Fragment, Show
from agent.drafters.builtin.read.scene import Scene

_TABLES = 4


def opinions(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "What", who says it, and a word for saying: the columns that hold what was written."""
    if not scene.is_any(start, "what", "how"):
        return
    place = scene.skip(start + 1, "do", "has", "all", most=2)
    place += place < len(scene.items) and _is_someone(scene, place)
    if place >= len(scene.items) or stem(scene.items[place].last_word) not in scene.lexicon.opinions:
        return
    end = place + 1
    end += end < len(scene.items) and scene.items[end].phrase.casefold() in scene.lexicon.word_lists["said of"]
    found = [scored.table for scored in scene.context.tables if prose_columns(scored.table, scene.lexicon)]
    for position, table in enumerate(found[:_TABLES]):
        near = f"opinion of {'named' if table.id in scene.tables else 'found'}"
        for column in prose_columns(table, scene.lexicon)[:1]:
            more = (near, ("opinion place", float(position)))
            yield scene.fragment(start, end, "opinion", Show(ColumnTerm(table.id, column.name)), *more)


def _is_someone(scene: Scene, place: int) -> bool:
    item = scene.items[place]
    persons = any(is_of_persons(link.table, scene.lexicon) for link in item.tables)
    return is_anyone(item, scene.lexicon) or persons or scene.is_any(place, "their", "me")

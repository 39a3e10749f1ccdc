"""What a verb says was done, and the dates of it."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.clues.persons import is_of_persons
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.row_dates import begins_row
from agent.drafters.builtin.schema.rows import is_temporal

# So far before a verb a negation is one of it.
_NEGATED = 3


def is_verb(scene: Scene, place: int) -> bool:
    """Whether the word at a place says that something was done: "ordered", "sold", "signed up"."""
    word = scene.items[place].phrase.casefold().partition(" ")[0] if place < len(scene.items) else ""
    return word.endswith("ed") or word in scene.lexicon.participles


def events(scene: Scene, place: int) -> Iterator[ColumnLink]:
    """The dates of the event that the verb at a place names; "delivered orders" only says which orders are meant."""
    item = scene.items[place]
    enters = item.phrase.casefold() in scene.lexicon.entering
    is_before_rows = scene.is_any(place + 1, "T") and not (enters and is_tail(scene, place + 1))
    if not (enters or is_verb(scene, place)) or item.window is not None or is_before_rows:
        return
    if any(scene.is_any(before, "negation") for before in range(place - _NEGATED, place)):
        # What was not done has no date.
        return
    word = item.phrase.casefold().partition(" ")[0]
    found = [link for link in item.columns if _names(link, word, scene)]
    yield from found or (_entered(scene) if enters else ())


def is_tail(scene: Scene, place: int) -> bool:
    """Whether the word at a place only goes on from the verb before it: "started working"."""
    return place < len(scene.items) and scene.items[place].phrase.casefold() in scene.lexicon.entering_tails


def _names(link: ColumnLink, verb: str, scene: Scene) -> bool:
    return is_temporal(link.column) and stem(verb) in scene.lexicon.column_words(link.column.name)


def _entered(scene: Scene) -> Iterator[ColumnLink]:
    """The dates on which the people who are named came to be among the others."""
    values = (link.table.id for item in scene.items for link in item.values)
    named = [table for name in dict.fromkeys([*scene.tables, *values]) if (table := scene.catalog.table(name))]
    persons = [table for table in named if is_of_persons(table, scene.lexicon)]
    for table in persons or [each for each in scene.catalog.entries if is_of_persons(each, scene.lexicon)]:
        dates = (column for column in table.columns if is_temporal(column) and begins_row(column, scene.lexicon))
        yield from (ColumnLink(table, column, 0.8, "pointed") for column in dates)

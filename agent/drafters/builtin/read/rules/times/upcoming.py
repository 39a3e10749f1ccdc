"""What is still to come: "the next appointment", "upcoming events"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import ColumnTerm, Condition
from agent.drafters.builtin.question.dates import Window
from agent.drafters.builtin.read.effects import Filter, Fragment, Upcoming
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import moment_columns
from agent.wording import is_plural


def upcoming(scene: Scene, start: int) -> Iterator[Fragment]:
    """A word for what is to come before rows with a date: all of them from today on, or the first ones."""
    place = _rows(scene, start)
    if place is None:
        return
    number = scene.items[start + 1].number
    end = start + 1 + (number is not None)
    since = Window(scene.context.question.today, None)
    for rank, link in enumerate(scene.items[place].tables):
        columns = moment_columns(link.table, scene.lexicon)
        if not columns:
            continue
        term = ColumnTerm(link.table.id, columns[0].name)
        more = (("table score", link.score), f"table {link.how}", *((f"table rank {rank}",) if rank else ()))
        if isinstance(number, int) and number > 0:
            yield scene.fragment(start, end, "upcoming", Upcoming(term, since, number), *more)
        elif is_plural(scene.items[place].phrase):
            yield scene.fragment(start, end, "upcoming", Filter(Condition(term, "window", (since,))), *more)
        else:
            yield scene.fragment(start, end, "upcoming", Upcoming(term, since, 1), *more)


def is_upcoming(table: str, scene: Scene) -> bool:
    """Whether the question asks for rows of the table that are still to come."""
    places = (_rows(scene, start) for start in range(len(scene.items)))
    return any(link.table.id == table for place in places if place is not None for link in scene.items[place].tables)


def _rows(scene: Scene, start: int) -> int | None:
    """Where the rows are named that the word at a place says are to come; there may be a number before them."""
    item = scene.items[start]
    if item.phrase.casefold() not in scene.lexicon.upcoming or item.window is not None:
        return None
    place = start + 1
    if place < len(scene.items) and scene.items[place].number is not None:
        place += 1
    if scene.is_any(place, "V"):
        # "the next booked appointment"
        place += 1
    return place if place < len(scene.items) and scene.items[place].tables else None

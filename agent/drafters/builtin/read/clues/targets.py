"""What an operator may be about at a place: columns, also those named through their table, and rows to count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.drafters.builtin.link.items import ColumnLink, TableLink
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_calendar, is_numeric, is_temporal, keys

Features = tuple[tuple[str, float] | str, ...]
# So many columns are tried behind the name of their table, and so many numbers of rows that are named.
_BEHIND, _OWN = 3, 2


@dataclass(frozen=True, slots=True)
class Target:
    """A column that is meant at a place, where the words that name it end, and what speaks for it."""

    link: ColumnLink
    end: int
    features: Features


def targets(scene: Scene, place: int) -> Iterator[Target]:
    """The columns that an item names; behind a table also those of the next item ("channel owners")."""
    if not 0 <= place < len(scene.items):
        return
    item = scene.items[place]
    for rank, link in enumerate(item.columns):
        yield Target(link, place + 1, link_features(scene, place, link, rank))
    behind = place + 1
    if not item.tables or item.category != "T" or behind >= len(scene.items):
        return
    named = {table.table.id for table in item.tables}
    for rank, link in enumerate(scene.items[behind].columns[:_BEHIND]):
        whose = "its" if link.table.id in named else "another"
        yield Target(link, behind + 1, (*link_features(scene, behind, link, rank), f"through {whose} table"))


def kind_of(link: ColumnLink, scene: Scene) -> str:
    """What a column holds, as far as an operator cares: a key, a calendar number, another number, a date, or text."""
    if link.column.name in keys(link.table):
        return "key"
    if is_numeric(link.column):
        return "calendar" if is_calendar(link.column, scene.lexicon) else "number"
    return "date" if is_temporal(link.column) else link.column.kind


def own_numbers(scene: Scene, place: int) -> Iterator[Target]:
    """The first numbers of the rows that are named at a place ("average enrollment", "sorted by enrollment")."""
    for table, more in counted(scene, place):
        pointers = keys(table.table)
        numbers = (column for column in table.table.columns if is_numeric(column) and column.name not in pointers)
        for column in list(numbers)[:_OWN]:
            link = ColumnLink(table.table, column, table.score, "of rows")
            yield Target(link, place + 1, (*more, "number of rows named"))


def extremes(scene: Scene) -> str:
    """How many superlatives and aggregates of a column there are in the question: a list of them shows each."""
    said = sum(scene.is_any(place, "sup", "agg") for place in range(len(scene.items)))
    return f"extremes {min(said, 3)}"


def counted(scene: Scene, place: int) -> Iterator[tuple[TableLink, Features]]:
    """The tables that an item names, each with what speaks for it."""
    if not 0 <= place < len(scene.items):
        return
    for rank, table in enumerate(scene.items[place].tables):
        yield table, (("table score", table.score), f"table {table.how}", *((f"table rank {rank}",) if rank else ()))


def counted_past(scene: Scene, place: int, most: int = 3) -> tuple[int, int] | None:
    """The next place that names a table behind what tells its rows apart ("male students"), and how far it is."""
    for step in range(1, most + 1):
        if scene.is_any(place + step, "T"):
            return place + step, step
        if not scene.is_any(place + step - 1, "C", "V", "Q", "x", "conjunction", "N", "D"):
            return None
    return None


def pointed_at(scene: Scene, place: int, words: tuple[str, ...]) -> Iterator[tuple[ColumnLink, str]]:
    """The columns that a word points to by itself ("older" to an age): of each table that is near, the best one."""
    for position, table in enumerate(scene.near_tables(place) if words else ()):
        pointed = ((word, column) for word in words for column in table.columns)
        for word, column in pointed:
            if word in scene.lexicon.column_words(column.name) and column.kind not in {"text", "other"}:
                yield ColumnLink(table, column, 0.8, "pointed"), f"pointed table {min(position, 3)}"
                break


def columns_before(scene: Scene, place: int, far: int = 8) -> Iterator[Target]:
    """The columns that were named last before a place, which may be shown as well ("names that contain 'x'")."""
    for before in range(place - 1, max(place - far, 0) - 1, -1):
        item = scene.items[before]
        if item.columns and scene.is_any(before, "C"):
            gap = ("columns back", float(place - before))
            for rank, link in enumerate(item.columns[:2]):
                yield Target(link, place, (gap, *link_features(scene, before, link, rank)))
            return

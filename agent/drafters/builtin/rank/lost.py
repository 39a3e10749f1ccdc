"""The words of a question that nothing in the schema stands for, and that a reading leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.drafters.builtin.link.items import ColumnLink, Item, TableLink
from agent.drafters.builtin.query.tables_in import tables_in
from agent.drafters.builtin.rank.plain import is_plain
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.rank.unread import is_verb, unread_places

# What is only near to a name, and no nearer than this, is no name for it.
_NEAR = 0.56
# A word that a reading takes for the name of a table says no more than that it is meant, unless it is as far as this.
_GLOSS = 0.4
# A word is another one for a table from this score on, and its name from that one.
_HINT, _NAMED = 0.42, 0.7


def lost(reading: Reading) -> frozenset[int]:
    """The places of the words that a reading loses: "owners with a discount" where no discount is stored.

    A verb that stands between rows and who did it ("animals examined by Ann Lee") only says how they belong together.
    """
    scene, tables = reading.scene, frozenset(tables_in(reading.query))
    return frozenset(
        place
        for place in unread_places(reading)
        if _is_unnamed(scene.items[place], place in reading.cover.skipped)
        and not _hints(scene.items[place], tables)
        and not is_plain(place, scene)
        and not (is_verb(scene.items[place], scene) and scene.is_any(place + 1, "by") and _joins(place, scene.items))
    )


def _is_unnamed(item: Item, skipped: bool) -> bool:
    """Whether a word is at most near to names of the schema."""
    if item.category not in {"C", "T", "x"} or item.values:
        return False
    limit = _NEAR if skipped else _GLOSS
    return all(link.how in {"vector", "synonym"} and link.score < limit for link in _links(item))


def _links(item: Item) -> tuple[ColumnLink | TableLink, ...]:
    """What an item may name."""
    return (*item.columns, *item.tables)


def _hints(item: Item, tables: frozenset[str]) -> bool:
    """Whether a word comes near to the name of one of the tables that are read."""
    return any(link.score >= _HINT and link.table.id in tables for link in item.tables)


def _joins(place: int, items: tuple[Item, ...]) -> bool:
    """Whether what is named before a place is of another table than what is named behind it."""
    before, behind = _nearest(reversed(items[:place])), _nearest(items[place + 1 :])
    return bool(before and behind) and not before & behind


def _nearest(items: Iterable[Item]) -> frozenset[str]:
    """The tables that the first item names which names any."""
    return next((found for item in items if (found := frozenset(_named(item)))), frozenset())


def _named(item: Item) -> Iterator[str]:
    """The tables that an item names, or names something of."""
    yield from (link.table.id for link in item.values)
    yield from (link.table.id for link in _links(item) if link.score >= _NAMED)

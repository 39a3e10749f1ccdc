"""The words of a question that a reading takes for names to which they are hardly near."""

from __future__ import annotations

from collections.abc import Sequence

from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.query.tables_in import tables_in
from agent.drafters.builtin.query.terms_in import terms_in
from agent.drafters.builtin.rank.plain import is_plain
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.read.effects import (
    AsRate,
    Effect,
    Filter,
    Group,
    GroupRows,
    Measure,
    Rank,
    RankCount,
    Show,
    ShowRows,
)
from agent.records import NearName

# What is asked for, where any name could stand; a condition is held by its value, too.
_ASKED = (AsRate, Show, ShowRows, Measure, Group, GroupRows, Rank, RankCount)
# What is no nearer than this may be so by chance, and is, where so many other names are as near.
_CHANCE, _AS_NEAR, _OTHERS = 0.45, 0.05, 2
# Rows, or that a column has a value, are not meant by a word that is less near than this.
_BARE = 0.5
# By so much less is a word near to a name than to a better one; one this near to a column may mean its table.
_LESS, _OF_TABLE = 0.02, 0.5

Places = frozenset[tuple[str, str]]
"""Tables and columns of them; a table itself has none."""


def strained(reading: Reading) -> frozenset[int]:
    """The places of the words for which a reading asks something that they hardly mean: "colour" for a breed."""
    scene, found = reading.scene, set()
    for fragment in reading.cover.fragments:
        if _asks(fragment.effect):
            used, is_given = _used(fragment.effect), isinstance(fragment.effect, Filter)
            for place in range(fragment.start, fragment.end):
                item = scene.items[place]
                if _is_only_near(item) and not is_plain(place, scene):
                    phrase = item.phrase.casefold()
                    near = [name for name in scene.context.near if name.phrase.casefold() == phrase]
                    if _is_far(near, used, is_given):
                        found.add(place)
    return frozenset(found)


def _asks(effect: Effect) -> bool:
    """Whether an effect has nothing but its name to be held by; that something is given is no more than that."""
    if not isinstance(effect, Filter):
        return isinstance(effect, _ASKED)
    return isinstance(effect.condition, Condition) and effect.condition.operator == "null"


def _used(effect: Effect) -> Places:
    """The columns that are asked for, or the tables where rows are."""
    columns = frozenset((term.table, term.column) for term in terms_in(effect))
    return columns or frozenset((table, "") for table in tables_in(effect))


def _is_only_near(item: Item) -> bool:
    """Whether an item names nothing of the schema, and is no value, number, time or operator either."""
    if item.operator is not None or item.values or item.window is not None or item.number is not None:
        return False
    tables, columns = (link.how for link in item.tables), (link.how for link in item.columns)
    return {*tables, *columns} <= {"vector", "synonym"}


def _is_far(near: Sequence[NearName], used: Places, is_given: bool) -> bool:
    """Whether a phrase comes no nearer to what it is used for than to much else.

    `is_given` says that it is used for whether a column has a value: more must be near to say so.
    """
    taken = max((name for name in near if (name.table, name.column) in used), key=lambda name: name.score, default=None)
    if taken is None:
        return False
    # A column tells of its table, and a table of the column that its rows are called by.
    own = (name.score for name in near if name.table == taken.table and bool(name.column) != bool(taken.column))
    if max(own, default=0.0) >= _OF_TABLE:
        return False
    if is_given or not taken.column:
        return taken.score < _BARE
    others = {name.column or name.table for name in near if abs(name.score - taken.score) <= _AS_NEAR}
    is_less = taken.score < max(name.score for name in near) - _LESS
    return taken.score < _CHANCE and (is_less or len(others - {taken.column}) >= _OTHERS)

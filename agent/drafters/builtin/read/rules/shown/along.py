"""What is shown besides what rows are called: "with their emails", "and what does it cost", "with title and team"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.clues.targets import Features
from agent.drafters.builtin.read.effects import Fragment, ShowAlso
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.line_amount import number_called
from agent.drafters.builtin.schema.rows import label_columns

_ASKING = frozenset({"what", "how", "how much", "when", "where"})
# So many columns of a word are tried, of a list only the first.
_LINKS, _MOST = 2, 4
Told = tuple[ColumnTerm, Features]


def along(scene: Scene, start: int) -> Iterator[Fragment]:
    """A word for company or a conjunction, and columns; a table stands for what its rows are called."""
    company = scene.is_any(start, "with")
    if not company and not scene.is_any(start, "conjunction"):
        return
    place = scene.skip(start + 1, "all", "also", "with", most=2)
    theirs = scene.is_any(place, "their")
    yield from _listed(scene, start, place + theirs, "theirs" if theirs else "with", company or theirs)
    # "and what does it cost", "and when was it launched"
    asks = start + 1 < len(scene.items) and scene.items[start + 1].phrase.casefold() in _ASKING
    whose = scene.skip(start + 2, "do", "is", most=1)
    if asks and scene.is_any(whose, "their"):
        verb = scene.skip(whose + 1, "is", "do", most=1)
        for term, more in (*_priced(scene, verb), *_told(scene, verb)):
            yield scene.fragment(start, verb + 1, "along", ShowAlso((term,)), "along asked", *more)


def _listed(scene: Scene, start: int, place: int, how: str, alone: bool) -> Iterator[Fragment]:
    """The columns that stand in a list from a place on, and the beginnings of the list."""
    lists: list[list[Told]] = []
    while place < len(scene.items) and len(lists) < _MOST and _names(scene.items[place]):
        lists.append(list(_told(scene, place))[:_LINKS])
        place += 1
        if lists[-1] and (alone or len(lists) > 1):
            tried = lists if len(lists) == 1 else [each[:1] for each in lists]
            for chosen in product(*tried):
                terms = tuple(dict.fromkeys(term for term, _ in chosen))
                size = "one" if len(terms) == 1 else "list"
                links = (feature for _, of in chosen for feature in of)
                more = (f"along {how}", f"along {how} {size}", *links)
                yield scene.fragment(start, place, "along", ShowAlso(terms), *more)
        joined = scene.skip(place, "conjunction", "their", most=3)
        if joined == place:
            return
        place = joined


def _names(item: Item) -> bool:
    return bool(item.columns or item.tables) and item.operator is None and item.category in {"C", "T"}


def _priced(scene: Scene, place: int) -> Iterator[Told]:
    """What something costs is its price, not what was paid for it."""
    if place < len(scene.items) and scene.items[place].phrase.casefold() in scene.lexicon.costing:
        for table in scene.near_tables(place):
            price = number_called(table, scene.lexicon.prices[:1], scene.lexicon)
            if price is not None:
                yield ColumnTerm(table.id, price.name), ("along price",)


def _told(scene: Scene, place: int) -> Iterator[Told]:
    """What a word may show: the columns that it names, and what the rows of a table are called."""
    if not 0 <= place < len(scene.items):
        return
    item = scene.items[place]
    if item.category == "T":
        for link in item.tables[:1]:
            yield (
                ColumnTerm(link.table.id, label_columns(link.table, scene.lexicon)[0].name),
                (("table score", link.score),),
            )
    for rank, column in enumerate(item.columns):
        yield column.term, link_features(scene, place, column, rank)

"""Figures that no aggregate word asks for: "revenue last month", "how much did we sell", "orders per country"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Aggregate
from agent.drafters.builtin.link.items import ColumnLink, Item, TableLink
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.effects import Fragment, Measure
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_calendar, is_intensive, is_numeric, keys, measure_columns
from agent.records import Table

Features = tuple[tuple[str, float] | str, ...]
_FAR = 8


def figures(scene: Scene, start: int) -> Iterator[Fragment]:
    """A column that adds up, the rows of a table counted, or what they are worth in all."""
    item = scene.items[start]
    if item.operator == Aggregate("sum"):
        yield from _how_much(scene, start)
    for rank, link in enumerate(item.columns[:3]):
        # "prices of all tents": what one costs is listed, and a stock is what all have.
        stocked = scene.lexicon.column_words(link.column.name)[-1:] and any(
            word in scene.lexicon.stocks for word in scene.lexicon.column_words(link.column.name)
        )
        if is_amount(link, scene) and (stocked or not is_intensive(link.column, scene.lexicon)):
            more = (*link_features(scene, start, link, rank), _worth(link, scene))
            yield scene.fragment(start, start + 1, "figure", Measure("sum", link.table.id, link.term), *more)
    for rank, table in enumerate(item.tables[:2]):
        more = table_features(table, rank)
        yield scene.fragment(start, start + 1, "count bare", Measure("count", table.table.id), *more)
        for link in _measures(table.table, scene):
            yield scene.fragment(start, start + 1, "rows added up", Measure("sum", link.table.id, link.term), *more)


def is_amount(link: ColumnLink, scene: Scene) -> bool:
    """Whether the column holds an amount, and not a number that names something."""
    column = link.column
    return is_numeric(column) and column.name not in keys(link.table) and not is_calendar(column, scene.lexicon)


def adds_up(link: ColumnLink, scene: Scene) -> bool:
    """Whether the sum of the column over many rows says something."""
    return is_amount(link, scene) and not is_intensive(link.column, scene.lexicon)


def is_money(scene: Scene, place: int) -> bool:
    """Whether an item says an amount by what people do with money, and not by the name of its column."""
    item = scene.items[place]
    said = tuple(item.phrase.casefold().split()) in scene.lexicon.money["sold"]
    return bool(item.columns) and (said or item.columns[0].how == "money")


def table_features(table: TableLink, rank: int) -> Features:
    """What speaks for a link to a table."""
    return ("table score", table.score), f"table {table.how}", *((f"table rank {rank}",) if rank else ())


def _worth(link: ColumnLink, scene: Scene) -> str:
    if is_intensive(link.column, scene.lexicon) and link.how != "money":
        return "figure of one row"
    known = link.column in measure_columns(link.table, scene.lexicon)
    return f"figure {'of a measure' if known else 'of a number'}"


def _measures(table: Table, scene: Scene) -> Iterator[ColumnLink]:
    for column in measure_columns(table, scene.lexicon)[:1]:
        yield ColumnLink(table, column, 0.8, "pointed")


def _how_much(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "how much did we sell": the amount is named further on, which is then read as what the question is about."""
    seen: set[ColumnLink] = set()
    for place in range(start + 1, min(start + _FAR, len(scene.items))):
        for link, how in _amounts(scene.items[place], scene):
            if link.term not in {other.term for other in seen}:
                seen.add(link)
                effect = Measure("sum", link.table.id, link.term)
                more = (f"how much {how}", ("amount gap", float(place - start)), ("link score", link.score))
                yield scene.fragment(start, start + 1, "how much", effect, *more)


def _amounts(item: Item, scene: Scene) -> Iterator[tuple[ColumnLink, str]]:
    for link in item.columns[:2]:
        if adds_up(link, scene) or link.how == "money":
            yield link, "named"
    for table in item.tables[:1]:
        for link in _measures(table.table, scene):
            yield ColumnLink(link.table, link.column, table.score, link.how), "of rows"

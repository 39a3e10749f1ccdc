"""Figures that no aggregate word asks for: "revenue last month", "how much did we sell", "orders per country"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon import Aggregate
from agent.drafters.builtin.link.items import ColumnLink, Item, TableLink
from agent.drafters.builtin.read.effects import Fragment, Measure
from agent.drafters.builtin.read.rules.projections import link_features
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import is_calendar, is_intensive, is_numeric, keys, measure_columns
from agent.records import Table

Features = tuple[tuple[str, float] | str, ...]
_FAR = 8


def figures(scene: Scene, start: int) -> Iterator[Fragment]:
    """A column that adds up, the rows of a table counted, or what they are worth in all."""
    item = scene.items[start]
    if item.operator == Aggregate("sum"):
        yield from _how_much(scene, start)
    for rank, link in enumerate(item.columns[:3]):
        if is_amount(link, scene):
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


def table_features(table: TableLink, rank: int) -> Features:
    """What speaks for a link to a table."""
    return ("table score", table.score), f"table {table.how}", *((f"table rank {rank}",) if rank else ())


def _worth(link: ColumnLink, scene: Scene) -> str:
    if is_intensive(link.column, scene.lexicon):
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
        if adds_up(link, scene):
            yield link, "named"
    for table in item.tables[:1]:
        for link in _measures(table.table, scene):
            yield ColumnLink(link.table, link.column, table.score, link.how), "of rows"

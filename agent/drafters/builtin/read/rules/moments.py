"""The dates that a time or a calendar unit may be of when the question names none."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import moment_columns, ranking_measure
from agent.records import Table

Features = tuple[tuple[str, float] | str, ...]
# So many tables that retrieval found are looked at, and so many dates of one table.
_FOUND, _MOMENTS = 3, 3


def moments(scene: Scene, place: int) -> Iterator[tuple[ColumnLink, Features]]:
    """The date columns of the tables around a place, the most telling of each first, with what speaks for each."""
    for table, near in _tables(scene, place):
        for rank, column in enumerate(moment_columns(table, scene.lexicon)[:_MOMENTS]):
            link = ColumnLink(table, column, 0.8, "pointed")
            said = any(other.term == link.term for item in scene.items for other in item.columns)
            if said or rank == 0 or near == "nearest":
                how = f"moment {'said' if said else 'unsaid'}"
                yield link, (f"moment of {near}", ("moment rank", float(rank)), how)


def _tables(scene: Scene, place: int) -> Iterator[tuple[Table, str]]:
    """Tables that are named, those of columns and values that are, and what adds up for the nearest."""
    found: dict[str, str] = {}
    named = sorted(scene.tables, key=lambda name: abs(scene.tables[name] - place))
    for position, name in enumerate(named):
        found.setdefault(name, "named" if position else "nearest")
    for item in scene.items:
        for table_id in [link.table.id for link in item.columns[:1]] + [link.table.id for link in item.values[:1]]:
            found.setdefault(table_id, "named by column")
    for name in list(found)[:2]:
        table = scene.catalog.table(name)
        worth = ranking_measure(scene.catalog, table, scene.lexicon) if table else None
        if worth is not None:
            found.setdefault(worth.table, "worth")
    for scored in scene.context.tables[:_FOUND]:
        found.setdefault(scored.table.id, "unnamed")
    for name, near in found.items():
        table = scene.catalog.table(name)
        if table is not None:
            yield table, near

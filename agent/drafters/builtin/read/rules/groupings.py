"""What a figure is given for each of: "for each country", "per month", "by status"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon import Bucket, Marker
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.read.effects import Fragment, Group, GroupRows, GroupUnit
from agent.drafters.builtin.read.rules.projections import link_features
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import is_numeric, keys

_MARKS = frozenset({Marker("grouping"), Marker("by")})


def groupings(scene: Scene, start: int) -> Iterator[Fragment]:
    """A mark of grouping with the column, the rows or the calendar unit behind it."""
    item = scene.items[start]
    if isinstance(item.operator, Bucket) and item.phrase.casefold().endswith(("ly", "al")):
        yield scene.fragment(start, start + 1, "group unit", GroupUnit(item.operator.unit))
    # "number of singers and country": a column may name the group without any mark.
    if item.operator not in _MARKS:
        return
    target = scene.skip(start + 1, "x", "all", "distinct", "of", "their", most=2)
    if target >= len(scene.items):
        return
    behind = scene.items[target]
    if isinstance(behind.operator, Bucket):
        yield scene.fragment(start, target + 1, "group unit", GroupUnit(behind.operator.unit))
    mark = f"group mark {item.category}"
    for rank, link in enumerate(behind.columns):
        more = (mark, _kind(link), *link_features(scene, target, link, rank))
        yield scene.fragment(start, target + 1, "group", Group(link.term), *more)
    for rank, table in enumerate(behind.tables):
        more = (("table score", table.score), f"table {table.how}", *((f"table rank {rank}",) if rank else ()))
        yield scene.fragment(start, target + 1, "group rows", GroupRows(table.table.id), mark, *more)


def _kind(link: ColumnLink) -> str:
    kind = "key" if link.column.name in keys(link.table) else "number" if is_numeric(link.column) else link.column.kind
    return f"group of {kind}"

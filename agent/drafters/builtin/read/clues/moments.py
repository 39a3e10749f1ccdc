"""The dates that a time or a calendar unit may be of when the question names none."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Superlative
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.read.clues.moment_kinds import is_said, moment_kind
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import path_between
from agent.drafters.builtin.schema.row_dates import is_beside, main_event
from agent.drafters.builtin.schema.rows import is_temporal, moment_columns, ranking_measure
from agent.records import Table

Features = tuple[tuple[str, float] | str, ...]
# So many tables that retrieval found are looked at, and so many dates of one table.
_FOUND, _MOMENTS = 3, 3
# From this score on a word names a column.
_NAMED = 0.45
_SAID = ("nearest", "named", "named by column")


def moments(scene: Scene, place: int) -> Iterator[tuple[ColumnLink, Features]]:
    """The date columns of the tables around a place, the most telling of each first, with what speaks for each."""
    near_tables = list(_tables(scene, place))
    ranked = any(isinstance(item.operator, Superlative) and "date" not in item.operator.by for item in scene.items)
    named = [table for table, near in near_tables if near in _SAID or (ranked and near == "worth")]
    for table, near in near_tables:
        is_party = any(_belongs(other, table, scene) for other in named)
        is_event = table in named and any(_belongs(table, other, scene) for other, _ in near_tables)
        for rank, column in enumerate(moment_columns(table, scene.lexicon)[:_MOMENTS]):
            link = ColumnLink(table, column, 0.8, "pointed")
            said = is_said(link.term, scene)
            if said or rank == 0 or near == "nearest":
                how = f"moment {'said' if said else 'unsaid'}"
                kind = moment_kind(table, column, scene, place)
                if is_party and kind != "moment done":
                    kind = "moment of party"
                event = ("moment of event",) if is_event else ()
                yield link, (f"moment of {near}", ("moment rank", float(rank)), how, kind, *event)


def _belongs(event: Table, party: Table, scene: Scene) -> bool:
    """Whether rows of the first table, which have dates of their own, each belong to one of the other."""
    if event.id == party.id or not _happens(event, scene):
        return False
    path = path_between(scene.catalog, event.id, party.id)
    return bool(path) and not any(join.fans_out for join in path or ())


def _happens(table: Table, scene: Scene) -> bool:
    """Whether a date says when rows of the table happened, and is neither a plan nor a birth."""
    dates = (column for column in table.columns if is_temporal(column))
    return any(not is_beside(column, scene.lexicon) for column in dates)


def _owners(name: str, scene: Scene) -> list[str]:
    """The tables that date the rows of one without a date: the date of a line is that of the invoice it is on."""
    table = scene.catalog.table(name)
    if table is None or _happens(table, scene):
        return []
    owners = [scene.catalog.table(key.target) for key in table.foreign_keys]
    return [owner.id for owner in owners if owner and (owner.foreign_keys or len(owners) == 1)]


def _named(scene: Scene) -> list[str]:
    """The tables that are named, and not only come near to a word."""
    return [
        name
        for name, place in scene.tables.items()
        if any(link.table.id == name and link.score >= _NAMED for link in scene.items[place].tables)
    ]


def _tables(scene: Scene, place: int) -> Iterator[tuple[Table, str]]:
    """Tables that are named, those of columns and values that are, and what adds up for the nearest."""
    found: dict[str, str] = {}
    named = sorted(_named(scene), key=lambda name: abs(scene.tables[name] - place))
    for position, name in enumerate(named):
        found.setdefault(name, "named" if position else "nearest")
    for item in scene.items:
        links = item.columns[:1] if item.category != "T" else ()
        columns = [link.table.id for link in links if link.score >= _NAMED]
        for table_id in [*columns, *(link.table.id for link in item.values[:1])]:
            found.setdefault(table_id, "named by column")
    for name in list(found)[:2]:
        table = scene.catalog.table(name)
        worth = ranking_measure(scene.catalog, table, scene.lexicon) if table else None
        if worth is not None:
            found.setdefault(worth.table, "worth")
    for name in [name for name, near in found.items() if near in _SAID]:
        for owner in _owners(name, scene):
            found.setdefault(owner, "owner")
    event = main_event(scene.catalog, scene.lexicon) if not found else None
    if event is not None:
        found.setdefault(event.id, "main event")
    for scored in scene.context.tables[:_FOUND]:
        found.setdefault(scored.table.id, "unnamed")
    for name, near in found.items():
        table = scene.catalog.table(name)
        if table is not None:
            yield table, near

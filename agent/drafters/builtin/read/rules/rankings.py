"""Rankings by what things are worth: "top customers", "our best product", "top 5 cities by revenue", "busiest day"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon import Aggregate, Bucket, Marker, Superlative
from agent.drafters.builtin.query import ColumnTerm, MeasureTerm
from agent.drafters.builtin.read.effects import Fragment, GroupUnit, Rank, RankCount
from agent.drafters.builtin.read.rules.figures import adds_up, table_features
from agent.drafters.builtin.read.rules.firsts import is_order
from agent.drafters.builtin.read.rules.moments import moments
from agent.drafters.builtin.read.rules.projections import link_features
from agent.drafters.builtin.read.rules.targets import targets
from agent.drafters.builtin.read.rules.top_of_many import MANY, top_of_many
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import is_intensive, is_numeric, measure_columns, ranking_measure
from agent.wording import is_plural

_BETWEEN = ("of", "in", "x", "all", "their", "value")


def rankings(scene: Scene, start: int) -> Iterator[Fragment]:
    """A superlative without its measure, a measure behind "by", and a calendar unit that is ranked."""
    item = scene.items[start]
    if isinstance(item.operator, Bucket):
        yield scene.fragment(start, start + 1, "unit", GroupUnit(item.operator.unit))
        for link, more in moments(scene, start):
            if item.operator.unit == "hour" and link.column.kind == "date":
                continue
            yield scene.fragment(start, start + 1, "unit of moment", GroupUnit(item.operator.unit, link.term), *more)
    if item.operator == Marker("by") and _superlative_before(scene, start):
        yield from _by(scene, start)
    place = start + 1 if item.number is not None and scene.is_any(start + 1, "sup") else start
    operator = scene.items[place].operator
    if isinstance(operator, Superlative) and not is_order(scene, place):
        yield from _worth(scene, start, place, operator)


def _superlative_before(scene: Scene, place: int) -> bool:
    return any(isinstance(item.operator, Superlative) for item in scene.items[:place])


def _worth(scene: Scene, start: int, place: int, operator: Superlative) -> Iterator[Fragment]:
    """By the nearest thing that adds up for each row, or for the group that is named."""
    end, limits = _limits(scene, start, place)
    for position, table in enumerate(list(scene.near_tables(place))[:3]):
        near = f"worth of {'nearest' if position == 0 else 'other'}"
        many = ranking_measure(scene.catalog, table, scene.lexicon)
        own = [ColumnTerm(table.id, column.name) for column in measure_columns(table, scene.lexicon)[:1]]
        for limit, how in limits:
            if many is not None:
                measure = MeasureTerm("sum", many.table, many)
                yield scene.fragment(start, end, "rank worth", Rank(measure, operator.descending, limit), how, near)
            for term in own:
                yield scene.fragment(start, end, "rank own worth", Rank(term, operator.descending, limit), how, near)
                total = MeasureTerm("sum", table.id, term)
                yield scene.fragment(start, end, "rank total", Rank(total, operator.descending, limit), how, near)
    for found in targets(scene, scene.skip(end, *_BETWEEN, most=2)):
        if adds_up(found.link, scene):
            measure = MeasureTerm("sum", found.link.table.id, found.link.term)
            for limit, how in limits:
                effect = Rank(measure, operator.descending, limit)
                yield scene.fragment(start, found.end, "rank by amount", effect, how, *found.features)
    for limit, how in limits:
        if how == "many":
            yield scene.fragment(start, end, "rank alone", RankCount(None, operator.descending, limit), how)


def _limits(scene: Scene, start: int, place: int) -> tuple[int, tuple[tuple[int, str], ...]]:
    """Where the ranking ends, and how many rows it may mean."""
    number, end = (scene.items[start].number if start < place else None), place + 1
    if number is None and end < len(scene.items) and scene.items[end].number is not None:
        number, end = scene.items[end].number, end + 1
    if number is not None:
        # "top 0" and "top 2.5" name no number of rows.
        return end, ((number, "limit"),) if isinstance(number, int) and number > 0 else ()
    ranked = scene.items[end].phrase if end < len(scene.items) else ""
    if top_of_many(scene, place):
        return end, ((MANY, "many"),)
    return end, ((1, "one"), (MANY, "many")) if is_plural(ranked) else ((1, "one"),)


def _by(scene: Scene, start: int) -> Iterator[Fragment]:
    """What a superlative further before ranks by: "top 5 customers by revenue", "by number of orders"."""
    place = scene.skip(start + 1, *_BETWEEN, most=2)
    if place >= len(scene.items):
        return
    operator = scene.items[place].operator
    function = operator.function if isinstance(operator, Aggregate) else None
    target = scene.skip(place + 1, *_BETWEEN, most=2) if function else place
    if target >= len(scene.items):
        return
    said = f"ranked by {function or 'name'}"
    for rank, link in enumerate(scene.items[target].columns):
        more = (said, *link_features(scene, target, link, rank))
        if function != "count" and is_numeric(link.column):
            kind = "one" if is_intensive(link.column, scene.lexicon) else "amount"
            used = function or ("avg" if kind == "one" else "sum")
            effect = Rank(MeasureTerm(used, link.table.id, link.term), True)
            yield scene.fragment(start, target + 1, "ranked by measure", effect, f"ranked by {kind}", *more)
        if function is None:
            yield scene.fragment(start, target + 1, "ranked by column", Rank(link.term, True), *more)
    for rank, table in enumerate(scene.items[target].tables):
        counted = RankCount(table.table.id, True)
        yield scene.fragment(start, target + 1, "ranked by rows", counted, said, *table_features(table, rank))
        for column in measure_columns(table.table, scene.lexicon)[:1] if function != "count" else ():
            total = MeasureTerm("sum", table.table.id, ColumnTerm(table.table.id, column.name))
            more = table_features(table, rank)
            yield scene.fragment(start, target + 1, "ranked by worth", Rank(total, True), said, *more)

"""Rankings by what things are worth: "top customers", "our best product", "top 5 cities by revenue", "busiest day"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Aggregate, Bucket, Marker, Superlative
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.query.query import ColumnTerm, MeasureTerm
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.clues.moments import moments
from agent.drafters.builtin.read.clues.targets import targets
from agent.drafters.builtin.read.clues.top_of_many import MANY, top_of_many
from agent.drafters.builtin.read.effects import Fragment, GroupUnit, Rank, RankCount
from agent.drafters.builtin.read.rules.figures.figures import adds_up, is_money, table_features
from agent.drafters.builtin.read.rules.orders.firsts import is_order
from agent.drafters.builtin.read.rules.shown.dates_shown import is_date_word
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_intensive, is_numeric, measure_columns, ranking_measure
from agent.records import Table
from agent.wording import is_plural

_RANK = "rank"
_BETWEEN = ("of", "in", "x", "all", "their", "value", "what")


def rankings(scene: Scene, start: int) -> Iterator[Fragment]:
    """A superlative without its measure, a measure behind "by", and a calendar unit that is ranked."""
    item = scene.items[start]
    if isinstance(item.operator, Bucket) and not is_date_word(scene, start):
        yield scene.fragment(start, start + 1, "unit", GroupUnit(item.operator.unit))
        for link, more in moments(scene, start):
            if item.operator.unit == "hour" and link.column.kind == "date":
                continue
            yield scene.fragment(start, start + 1, "unit of moment", GroupUnit(item.operator.unit, link.term), *more)
    if item.operator == Marker("by"):
        if _superlative_before(scene, start) or scene.items[0].phrase.casefold() == _RANK:
            yield from _by(scene, start)
        elif _lists(scene, start):
            # "customers by revenue": no one groups by an amount.
            yield from (each for each in _by(scene, start) if each.rule == "ranked by measure")
    yield from _sum_behind(scene, start)
    place = start + 1 if item.number is not None and scene.is_any(start + 1, "sup") else start
    operator = scene.items[place].operator
    if isinstance(operator, Superlative) and not is_order(scene, place):
        yield from _worth(scene, start, place, operator)


def _lists(scene: Scene, start: int) -> bool:
    """Whether nothing but the name of rows stands before a place."""
    before = scene.skip(0, "ask", "me", "all", "x", most=3)
    return before == start - 1 and scene.is_any(before, "T")


def _superlative_before(scene: Scene, place: int) -> bool:
    return any(isinstance(item.operator, Superlative) for item in scene.items[:place])


def _worth(scene: Scene, start: int, place: int, operator: Superlative) -> Iterator[Fragment]:
    """By the nearest thing that adds up for each row, or for the group that is named."""
    end, limits = _limits(scene, start, place)
    for position, table in enumerate(list(scene.near_tables(place))[:3]):
        near = f"worth of {'nearest' if position == 0 else 'other'}"
        if operator.by:
            # "the best rated" is no matter of money.
            near = "worth though pointing"
        many, own = _measures(scene, table, operator, nearest=position == 0)
        for limit, how in limits:
            if many is not None:
                measure = MeasureTerm("sum", many.table, many)
                yield scene.fragment(start, end, "rank worth", Rank(measure, operator.descending, limit), how, near)
            # "the biggest orders" are large themselves.
            sizes = ("own worth of size",) if operator.hints and _names(scene, end, table.id) else ()
            for term in own:
                effect = Rank(term, operator.descending, limit)
                yield scene.fragment(start, end, "rank own worth", effect, how, near, *sizes)
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


def _measures(
    scene: Scene, table: Table, operator: Superlative, nearest: bool
) -> tuple[ColumnTerm | None, list[ColumnTerm]]:
    """What adds up for each row of a table, in a table that has many of them and in its own columns."""
    many = ranking_measure(scene.catalog, table, scene.lexicon)
    # The most frequent treatment is not the one that costs most.
    columns = measure_columns(table, scene.lexicon)[:1] if not operator.rows else ()
    own = [ColumnTerm(table.id, column.name) for column in columns]
    if nearest:
        return many, own
    # What is best is not what has been refunded most.
    far = many is not None and not operator.rows and _comes_in(many, scene)
    return many if far else None, [term for term in own if _comes_in(term, scene)]


def _names(scene: Scene, place: int, table: str) -> bool:
    """Whether an item is the name of a table."""
    return scene.is_any(place, "T") and any(link.table.id == table for link in scene.items[place].tables[:1])


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


def _sum_behind(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "who spent the most", "the brand that brings in least": an amount before a superlative that names none."""
    operator = scene.items[start + 1].operator if start + 1 < len(scene.items) else None
    if not isinstance(operator, Superlative) or operator.by or operator.rows or is_order(scene, start + 1):
        return
    for rank, link in enumerate(scene.items[start].columns[:2]):
        if adds_up(link, scene):
            effect = Rank(MeasureTerm("sum", link.table.id, link.term), operator.descending, 1)
            said = "money" if is_money(scene, start) else "amount"
            more = (f"rank sum behind of {said}", *link_features(scene, start, link, rank))
            yield scene.fragment(start, start + 2, "rank sum behind", effect, *more)


def _comes_in(term: ColumnTerm, scene: Scene) -> bool:
    """Whether an amount is no cost, refund or budget."""
    return scene.lexicon.no_takings.isdisjoint(scene.lexicon.column_words(term.column))


def _is_before(scene: Scene, start: int, link: ColumnLink) -> bool:
    """Whether the table of a column is what stands before "by"."""
    tables = scene.items[start - 1].tables if scene.is_any(start - 1, "T") else ()
    return any(table.table.id == link.table.id for table in tables[:1])


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
        # "smallest project by budget": each project has its own.
        own = function is None and _is_before(scene, start, link)
        if own and is_numeric(link.column):
            more = ("ranked by own", *more)
        elif function != "count" and is_numeric(link.column):
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

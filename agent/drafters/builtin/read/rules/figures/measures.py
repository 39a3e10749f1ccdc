"""Aggregates that are shown: "how many singers", "the average and maximum age", "number of different countries"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Aggregate, Function, Marker, Superlative
from agent.drafters.builtin.link.items import ColumnLink, Item
from agent.drafters.builtin.read.clues.targets import (
    Target,
    counted,
    counted_past,
    extremes,
    kind_of,
    own_numbers,
    targets,
)
from agent.drafters.builtin.read.effects import About, Fragment, Measure
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import find_column, is_numeric, is_temporal, keys
from agent.records import Column

_BETWEEN = ("of", "in", "all", "their", "distinct", "x", "value", "for", "there", "is", "that", "me", "with")
_LIST = ("agg", "agg count", "sup", "conjunction", "of", "is")
# A word names the rows of a table from this score on.
_ROWS = 0.9
# So many tables near a count without a name are tried.
_NEAR = 2


def measures(scene: Scene, start: int) -> Iterator[Fragment]:
    """An aggregate before what it is of, or behind it; a list of aggregates shares the column behind the last one."""
    item = scene.items[start]
    function = _function(item)
    if function is None:
        yield from _measured_ahead(scene, start)
        yield from _shared(scene, start)
        yield from _behind(scene, start)
        return
    # "the minimum, average and maximum age": each is of what follows the last.
    last = scene.skip(start + 1, *_LIST, most=7)
    listed = any(scene.is_any(place, "agg", "sup") for place in range(start + 1, last))
    first = last if listed else start + 1
    target = scene.skip(first, *_BETWEEN, most=3)
    gap = ("measure gap", float(target - first))
    if function == "count":
        yield from _counts(scene, start, target, listed, gap)
    else:
        yield from _aggregates(scene, start, target, listed, function, gap)


# How a column is linked that the words do not name themselves.
_MEANT = frozenset({"synonym", "vector", "pointer"})


def _aggregates(
    scene: Scene, start: int, target: int, listed: bool, function: Function, gap: tuple[str, float]
) -> Iterator[Fragment]:
    """An aggregate of a column, which may hold a count ("the average number of seats")."""
    rule = "measure superlative" if isinstance(scene.items[start].operator, Superlative) else "measure"
    said = "listed" if listed else "alone"
    if function == "sum" and not listed:
        # "total purchases" may be how many there are.
        for table, more in counted(scene, target):
            yield scene.fragment(start, target + 1, "count in total", Measure("count", table.table.id), gap, *more)
    if not listed and scene.is_any(target, "agg count"):
        said, target = "of counted", scene.skip(target + 1, *_BETWEEN, most=3)
    yield from _ahead(scene, start, target, function)
    for found in _aggregated(scene, target):
        column = found.link.column
        if function in {"sum", "avg"} and _is_words(column):
            continue
        if isinstance(operator := scene.items[start].operator, Superlative) and operator.by and _is_unsaid(found):
            pointed = find_column(found.link.table, operator.by, scene.lexicon)
            if pointed is not None and pointed != column:
                # "the cheapest product" is so by its price, and not by its cost.
                continue
        if column.name in keys(found.link.table) and found.link.how in _MEANT:
            # "top sellers": no key of whoever sells is the highest.
            continue
        operator = scene.items[start].operator
        good = scene.items[start].last_word in scene.lexicon.word_lists["good or bad"]
        # "products" only begins a "product price".
        unsaid = _is_unsaid(found) or (good and found.link.how in {"first", "middle"})
        if isinstance(operator, Superlative) and not (operator.by or operator.hints) and unsaid:
            # "the best product" is not what one costs at most.
            continue
        if rule == "measure" or is_numeric(column) or (is_temporal(column) and _is_of_time(scene.items[start])):
            effect = Measure(function, found.link.table.id, found.link.term)
            how = _how(function, found.link, scene)
            more = (gap, how, f"{rule} {said}", extremes(scene), *found.features)
            yield scene.fragment(start, start + 1 if listed else found.end, rule, effect, *more)


def _ahead(scene: Scene, start: int, target: int, function: Function) -> Iterator[Fragment]:
    """ "the average hotel bill": a value stands between, and is read for itself."""
    if not scene.is_any(target, "V"):
        return
    for found in targets(scene, target + 1):
        if is_numeric(found.link.column) and found.link.table.id in {v.table.id for v in scene.items[target].values}:
            effect = Measure(function, found.link.table.id, found.link.term)
            yield scene.fragment(start, start + 1, "measure ahead", effect, *found.features)


def _measured_ahead(scene: Scene, start: int) -> Iterator[Fragment]:
    """What an aggregate before a value is of says no more than that."""
    function = _function(scene.items[start - 2]) if start > 1 and scene.is_any(start - 1, "V") else None
    if function not in {None, "count"}:
        for found in targets(scene, start):
            yield scene.fragment(start, found.end, "measured ahead", About(found.link.table.id), *found.features)


def _function(item: Item) -> Function | None:
    """The aggregate that an item asks for; a superlative asks for an extreme."""
    match item.operator:
        case Aggregate(function):
            return function
        case Superlative(rows=False):
            return "max" if item.operator.descending else "min"
    return None


def _is_words(column: Column) -> bool:
    """Whether a column is known to hold words, which do not add up."""
    return column.kind == "text" and any(any(map(str.isalpha, sample)) for sample in column.samples)


def _is_of_time(item: Item) -> bool:
    """Whether a superlative is one of dates: the latest, and not the largest."""
    return isinstance(item.operator, Superlative) and "date" in item.operator.by


def _is_distinct(scene: Scene, start: int, target: int) -> bool:
    """Whether what stands from the count to what is counted says that it is told apart."""
    said = (word for item in scene.items[start:target] for word in item.phrase.casefold().split())
    return any(scene.lexicon.operators.get((word,)) == Marker("distinct") for word in said)


def _counts(scene: Scene, start: int, target: int, listed: bool, gap: tuple[str, float]) -> Iterator[Fragment]:
    """A count of rows, of what tells a column's values apart, or a column that holds a count itself."""
    distinct = _is_distinct(scene, start, target)
    shared = start + 1 if listed else None
    for table, more in counted(scene, target):
        effect = Measure("count", table.table.id, distinct=distinct)
        yield scene.fragment(start, shared or target + 1, "count", effect, gap, *more)
    for found in targets(scene, target):
        link, end = found.link, shared or found.end
        more = (gap, *found.features)
        how = f"count column {'distinct' if distinct else 'plain'}"
        yield scene.fragment(start, end, "count column", Measure("count", link.table.id, link.term, True), how, *more)
        if is_numeric(link.column):
            more = (*more, f"counted {kind_of(link, scene)}")
            yield scene.fragment(start, end, "sum counted", Measure("sum", link.table.id, link.term), *more)
            if shared is None and scene.is_any(end, "agg"):
                # "how many seats in total"
                effect = Measure("sum", link.table.id, link.term)
                yield scene.fragment(start, end + 1, "sum counted", effect, "sum counted in total", *more)
            # "number of employees" of each company may be a column.
            yield scene.fragment(start, end, "show counted", Measure("max", link.table.id, link.term), *more)
    # "how many German students": what tells the rows apart is read for itself.
    past = counted_past(scene, target)
    # "how many customers" are customers, whatever they did.
    if past is not None and not _names_rows(scene, target):
        for table, more in counted(scene, past[0]):
            effect = Measure("count", table.table.id, distinct=distinct)
            yield scene.fragment(
                start, start + 1, "count ahead", effect, gap, ("count ahead by", float(past[1])), *more
            )
    for name, how in _uncounted(scene, start, target):
        yield scene.fragment(start, start + 1, "count alone", Measure("count", name, distinct=distinct), gap, how)


def _names_rows(scene: Scene, place: int) -> bool:
    """Whether a word is the noun for the rows of a table: "customers", where "shipped orders" are orders."""
    named = scene.is_any(place, "T") and any(link.score >= _ROWS for link in scene.items[place].tables[:1])
    return named and not scene.items[place].last_word.endswith("ed")


def _uncounted(scene: Scene, start: int, target: int) -> Iterator[tuple[str, str]]:
    """The tables whose rows a count may be of that names none: that of a value, or one named elsewhere."""
    if scene.is_any(target, "T"):
        return
    if target < len(scene.items):
        for value in scene.items[target].values[:_NEAR]:
            yield value.table.id, "count alone of value"
    for position, table in enumerate(scene.near_tables(start)):
        if position == _NEAR:
            return
        yield table.id, f"count alone {'nearest' if position == 0 else 'other'}"


def _aggregated(scene: Scene, place: int) -> Iterator[Target]:
    """The columns at a place, or those of the rows that are named there ("average enrollment")."""
    found = list(targets(scene, place))
    yield from found
    named = {other.link.term for other in found}
    yield from (own for own in own_numbers(scene, place) if own.link.term not in named)


def _is_unsaid(found: Target) -> bool:
    """Whether only the rows are named that a number is of."""
    return "number of rows named" in found.features


def _how(function: Function, link: ColumnLink, scene: Scene) -> str:
    return f"{'extreme' if function in {'min', 'max'} else 'sum'} of {kind_of(link, scene)}"


def _shared(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "the average age and weight", "the number of pets and owners": the aggregate is said once for both."""
    function = _before(scene.items, start - 1) if scene.is_any(start - 1, "conjunction") else None
    if function is None:
        return
    for found in targets(scene, start):
        if is_numeric(found.link.column):
            used = "sum" if function == "count" else function
            rule = "sum too" if function == "count" else "measure too"
            more = (_how(used, found.link, scene), *found.features)
            yield scene.fragment(start, found.end, rule, Measure(used, found.link.table.id, found.link.term), *more)
        elif function == "count":
            effect = Measure("count", found.link.table.id, found.link.term, distinct=True)
            yield scene.fragment(start, found.end, "count column too", effect, *found.features)
    for table, more_table in counted(scene, start) if function == "count" else ():
        yield scene.fragment(start, start + 1, "count too", Measure("count", table.table.id), *more_table)


def _before(items: tuple[Item, ...], place: int) -> Function | None:
    """The aggregate that was said last before a place."""
    for item in reversed(items[max(place - 4, 0) : place]):
        function = _function(item)
        if function is not None:
            return function
    return None


def _behind(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "the price of cars on average", "sales in total": the aggregate stands behind."""
    place = scene.skip(start + 1, "conjunction", "of", "all", "their", "me", "T", most=4)
    operator = scene.items[place].operator if place < len(scene.items) else None
    if not isinstance(operator, Aggregate) or operator.function == "count":
        return
    for found in targets(scene, start):
        if (is_numeric(found.link.column) or found.link.of is not None) and found.end <= place:
            effect = Measure(operator.function, found.link.table.id, found.link.term)
            yield scene.fragment(start, place + 1, "measure behind", effect, *found.features)

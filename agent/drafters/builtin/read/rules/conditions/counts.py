"""Conditions on how many there are: "with at least two pets", "more than 3 times", "total sales above 10"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Aggregate, Bound, Function
from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.read.clues.numbers import numbers, sign_at
from agent.drafters.builtin.read.clues.targets import Target, counted, counted_past, targets
from agent.drafters.builtin.read.effects import Filter, Fragment, Having
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_numeric

_BETWEEN = ("of", "all", "their", "x", "distinct")
# So many values are looked at that may be counted.
_VALUES = 2
_YEARS = range(1900, 2101)
_IS = ("is", "of", "that", "value", "has", "with")


def counts(scene: Scene, start: int) -> Iterator[Fragment]:
    """A number, with what compares it before or behind, and what is counted; an aggregate that is compared."""
    item = scene.items[start]
    for sign, number, end, forms in numbers(scene, start):
        yield from _counted(scene, start, end, sign, number, forms)
    if isinstance(item.operator, Aggregate):
        yield from _aggregated(scene, start, item.operator.function)
    times = scene.lexicon.times.get(item.phrase.casefold())
    if times is not None:
        yield scene.fragment(start, start + 1, "having times", Having("count", None, None, "=", times), "having plain")


def _counted(scene: Scene, start: int, end: int, sign: str, number: int, forms: str) -> Iterator[Fragment]:
    """What is counted stands behind the number; "times" and nothing count whatever is asked about."""
    mark = f"having {forms}"
    alone = Having("count", None, None, sign, number)
    target = scene.skip(end, *_BETWEEN, "also", most=2)
    if forms == "times" or scene.is_any(target, "time"):
        yield scene.fragment(start, target + 1, "having times", alone, mark)
        return
    for table, more in counted(scene, target):
        effect = Having("count", table.table.id, None, sign, number)
        yield scene.fragment(start, target + 1, "having count", effect, mark, *more)
        bound = scene.items[target + 1].operator if target + 1 < len(scene.items) else None
        if isinstance(bound, Bound) and forms == "plain":
            effect = Having("count", table.table.id, None, bound.operator, number)
            yield scene.fragment(start, target + 2, "having count", effect, "having bounded behind", *more)
    past = counted_past(scene, target)
    if past is not None:
        for table, more in counted(scene, past[0]):
            effect = Having("count", table.table.id, None, sign, number)
            yield scene.fragment(start, past[0] + 1, "having count past", effect, mark, *more)
    counts_none = forms == "plain" and (number in _YEARS or scene.is_any(start - 1, "T"))
    if target < len(scene.items) and not counts_none:
        # "at least two dogs": the value is read for itself; "2026 Germany" and "order 5 shipped" count none.
        for name in dict.fromkeys(value.table.id for value in scene.items[target].values[:_VALUES]):
            yield scene.fragment(start, target, "having values", Having("count", name, None, sign, number), mark)
    for found in list(targets(scene, target))[:3]:
        effect = Having("count", found.link.table.id, None, sign, number)
        yield scene.fragment(start, found.end, "having count column", effect, mark, *found.features)
    if forms != "plain":
        yield scene.fragment(start, end, "having alone", alone, mark)
    if sign_at(scene, start) and target < len(scene.items):
        yield from _before_aggregate(scene, start, target, sign, number)


def _before_aggregate(scene: Scene, start: int, place: int, sign: str, number: int) -> Iterator[Fragment]:
    """ "with more than 5000 total points": the number stands before the aggregate."""
    operator = scene.items[place].operator
    if not isinstance(operator, Aggregate):
        return
    for found in targets(scene, scene.skip(place + 1, *_BETWEEN, most=2)):
        if is_numeric(found.link.column):
            yield from _measured(scene, (start, found.end), operator.function, found, (sign, number))


def _measured(
    scene: Scene, span: tuple[int, int], function: Function, found: Target, compared: tuple[str, int | float]
) -> Iterator[Fragment]:
    """An aggregate of groups that is compared, or a column that holds it."""
    link, (start, end), (sign, number) = found.link, span, compared
    if function != "count":
        effect = Having(function, link.table.id, link.term, sign, number)
        begun = ("having measure begun",) if scene.is_any(start, "agg") else ()
        yield scene.fragment(start, end, "having measure", effect, *begun, *found.features)
    # "with a total number of passengers above 1000": the total may be a column.
    held = Filter(Condition(link.term, "in" if sign == "=" else sign, (number,)))
    yield scene.fragment(start, end, "compare total", held, f"compare total {function}", *found.features)


def _aggregated(scene: Scene, start: int, function: Function) -> Iterator[Fragment]:
    """ "whose average price is above 10", "whose number of pets is at least 2"."""
    target = scene.skip(start + 1, *_BETWEEN, most=2)
    if function != "count" and scene.is_any(target, "agg count"):
        target = scene.skip(target + 1, *_BETWEEN, most=2)
    for found in targets(scene, target):
        for sign, number, end in _compared(scene, found.end):
            if is_numeric(found.link.column):
                yield from _measured(scene, (start, end), function, found, (sign, number))
    if function != "count":
        # "an average of at least 4 stars"
        for sign, number, end in _compared(scene, target):
            for found in list(targets(scene, end))[:2]:
                if is_numeric(found.link.column):
                    yield from _measured(scene, (start, found.end), function, found, (sign, number))
        return
    for place, how in ((target, "at once"), *(((past[0], "past"),) if (past := counted_past(scene, target)) else ())):
        for sign, number, end in _compared(scene, place + 1):
            for table, more in counted(scene, place):
                effect = Having("count", table.table.id, None, sign, number)
                yield scene.fragment(start, end, "having count said", effect, f"having count {how}", *more)


def _compared(scene: Scene, place: int) -> Iterator[tuple[str, int | float, int]]:
    """The sign and the number that an aggregate is compared with, and where they end."""
    place = scene.skip(place, *_IS, most=3)
    sign = sign_at(scene, place)
    number = scene.items[place + 1].number if sign and place + 1 < len(scene.items) else None
    if sign and number is not None:
        yield sign, number, place + 2
    elif place < len(scene.items) and scene.items[place].number is not None and place + 1 < len(scene.items):
        bound, number = scene.items[place + 1].operator, scene.items[place].number
        if isinstance(bound, Bound) and number is not None:
            yield bound.operator, number, place + 2

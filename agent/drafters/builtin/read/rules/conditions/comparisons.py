"""Comparisons with numbers and times: "older than 30", "between 3 and 5", "aged 25 or older", "after the year 2008"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from agent.drafters.builtin.lexicon.operators import Bound, Comparative, Comparison, Marker
from agent.drafters.builtin.link.items import ColumnLink, Item
from agent.drafters.builtin.query.query import Condition, Value
from agent.drafters.builtin.query.signs import FLIPPED, ORDERED
from agent.drafters.builtin.question.dates import Window
from agent.drafters.builtin.read.clues.ages import names_its_column
from agent.drafters.builtin.read.clues.earned import earned
from agent.drafters.builtin.read.clues.targets import columns_before, kind_of, own_numbers, pointed_at, targets
from agent.drafters.builtin.read.clues.verbs import verb_features
from agent.drafters.builtin.read.effects import During, Filter, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_numeric, is_temporal

_GLUE = ("is", "of", "in", "to", "value", "x", "has", "with", "than", "that", "all", "do", "unit", "me")
_PARTS = frozenset({"first", "middle"})
# A word names a table from this score on.
_NAMED = 0.6
_BETWEEN_ENDS = ("conjunction", "to", "x")


@dataclass(frozen=True, slots=True)
class _Test:
    """An operator with the places of its operands, where it ends, the columns it points to, and how it is said."""

    operator: str
    operands: tuple[int, ...]
    end: int
    by: tuple[str, ...]
    how: str


def comparisons(scene: Scene, start: int) -> Iterator[Fragment]:
    """A column compared with a number or a time; the column may stand behind or before, or be pointed to."""
    yield from _column_first(scene, start)
    for test in _tests(scene, start):
        yield from _test_first(scene, start, test)
    if scene.is_any(start, "negation"):
        for test in _tests(scene, start + 1):
            if test.operator in FLIPPED:
                yield from _test_first(scene, start, replace(test, operator=FLIPPED[test.operator]))


def _column_first(scene: Scene, start: int) -> Iterator[Fragment]:
    for found in (*targets(scene, start), *own_numbers(scene, start), *earned(scene, start)):
        place = scene.skip(found.end, *_GLUE, most=3)
        # "budgeted amount": the words of one name may stand for two.
        past = scene.is_any(found.end, "C")
        place = scene.skip(found.end + 1, *_GLUE, most=3) if past else place
        negated = scene.is_any(place, "negation")
        if negated:
            place = scene.skip(place + 1, *_GLUE, most=2)
        for test in _tests(scene, place):
            if negated and test.operator not in FLIPPED:
                continue
            # "customers older than 30": the rows are named, and no column of them.
            if scene.is_any(start, "T") and place < len(scene.items) and names_its_column(scene.items[place]):
                continue
            turned = replace(test, operator=FLIPPED[test.operator]) if negated else test
            for effect, kind in _effects(scene, turned, found.link):
                rule = "compare past" if past else "compare"
                more = (f"compare {test.how}", f"compare {kind}", *verb_features(scene, found), *found.features)
                if "number of rows named" in found.features and scene.is_any(found.end, "with"):
                    # "projects with 4 or more" have so many of something else.
                    more = (*more, "compare number that rows have")
                yield scene.fragment(start, test.end, rule, effect, *more)
                # "over 30 years of age", "longer than 50 minutes": a unit, or the column again.
                if _names(scene, test.end, found.link):
                    yield scene.fragment(start, test.end + 1, rule, effect, "compare with unit", *more)


def _names(scene: Scene, place: int, link: ColumnLink) -> bool:
    if place >= len(scene.items):
        return False
    return scene.is_any(place, "x", "unit") or any(other.term == link.term for other in scene.items[place].columns)


def _test_first(scene: Scene, start: int, test: _Test) -> Iterator[Fragment]:
    """The comparison before its column ("more than 100 pages"), behind it, or without any ("older than 30")."""
    how = f"compare {test.how}"
    yield from _around(scene, start, test)
    behind = scene.skip(test.end, "of", "in", "x", most=1)
    for found in targets(scene, behind):
        if found.link.how in _PARTS and any(link.score >= _NAMED for link in scene.items[behind].tables[:1]):
            # "more than 10 items" are so many of them.
            continue
        for effect, kind in _effects(scene, test, found.link):
            more = (how, f"compare {kind}", *found.features)
            yield scene.fragment(start, found.end, "compare before", effect, *more)
    for link, near in pointed_at(scene, start, test.by):
        for effect, kind in _effects(scene, test, link):
            yield scene.fragment(start, test.end, "compare pointed", effect, how, f"compare {kind}", near)
    for found in columns_before(scene, start):
        for effect, kind in _effects(scene, test, found.link):
            more = (how, f"compare {kind}", *found.features)
            yield scene.fragment(start, test.end, "compare back", effect, *more)
    # "held after 12:00": a stored value knows its column.
    for value in scene.items[test.operands[0]].values[:2] if test.operator in ORDERED else ():
        if not any(map(str.isdigit, value.value)):
            # Nothing is more than a word.
            continue
        effect = Filter(Condition(value.term, test.operator, (value.value,)))
        yield scene.fragment(start, test.end, "compare stored", effect, how, ("value score", value.score))


def _around(scene: Scene, start: int, test: _Test) -> Iterator[Fragment]:
    """ "after season 2007": the column stands between the comparison and its operand."""
    if test.how != "ordered":
        return
    for found in targets(scene, test.operands[0]):
        operand = scene.skip(found.end, "of", "is", "value", most=1)
        if operand >= len(scene.items):
            continue
        for effect, kind in _effects(scene, replace(test, operands=(operand,)), found.link):
            yield scene.fragment(start, operand + 1, "compare around", effect, f"compare {kind}", *found.features)


def _tests(scene: Scene, place: int) -> Iterator[_Test]:
    """The comparisons that begin at a place."""
    if place >= len(scene.items):
        return
    item = scene.items[place]
    target = scene.skip(place + 1, *_GLUE, most=3)
    match item.operator:
        case Comparison(operator, by) if operator in ORDERED or operator == "=":
            if target < len(scene.items):
                yield _Test(operator, (target,), target + 1, by, "equal" if operator == "=" else "ordered")
        case Comparative(operator, by) if place + 1 < len(scene.items) and scene.items[place + 1].number is not None:
            yield _Test(operator, (place + 1,), place + 2, by, "bare")
        case Marker("between"):
            yield from _range(scene, target, "between")
    if item.number is None and item.window is None:
        return
    bound = scene.items[place + 1].operator if place + 1 < len(scene.items) else None
    if isinstance(bound, Bound):
        yield _Test(bound.operator, (place,), place + 2, bound.by, "bounded")
    if scene.is_any(place + 1, "to"):
        yield from _range(scene, place, "range")


def _range(scene: Scene, first: int, how: str) -> Iterator[_Test]:
    second = scene.skip(first + 1, *_BETWEEN_ENDS, most=2)
    if second < len(scene.items) and second > first + 1:
        yield _Test("between", (first, second), second + 1, (), how)


def _effects(scene: Scene, test: _Test, link: ColumnLink) -> Iterator[tuple[Filter | During, str]]:
    """What the comparison says of a column, where its operands can be compared with it, and of which kind it is."""
    operands = [scene.items[place] for place in test.operands]
    if is_temporal(link.column) and all(item.window for item in operands):
        window = _window(test.operator, [item.window for item in operands if item.window])
        if window is not None:
            yield During(window, operands[0].phrase, link.term), "date"
            return
    samples = link.column.samples
    if link.column.kind == "text" and test.operator != "=" and not any(sample[:1].isdigit() for sample in samples):
        # Only what is stored as figures has an order that one asks for.
        return
    values = [_value(item, link) for item in operands]
    if any(value is None for value in values):
        return
    operator = "in" if test.operator == "=" else test.operator
    if operator == "between" and is_numeric(link.column):
        # "between 100 and 10" means the same numbers.
        values.sort()
    yield Filter(Condition(link.term, operator, tuple(values))), kind_of(link, scene)  # type: ignore[arg-type]


def _value(item: Item, link: ColumnLink) -> Value | None:
    """The operand as the column would hold it."""
    year = _year(item.window)
    if is_numeric(link.column):
        return item.number if item.number is not None else year
    if item.quoted is not None:
        return item.quoted
    if link.column.kind == "text":
        return item.number if item.number is not None else str(year) if year is not None else None
    return item.values[0].value if item.values else None


def _year(window: Window | None) -> int | None:
    """The year that a window is, if it is one."""
    if window is None or window.start is None or window.end is None:
        return None
    year = window.start.year
    return year if (window.start, window.end) == (date(year, 1, 1), date(year + 1, 1, 1)) else None


def _window(operator: str, windows: list[Window]) -> Window | None:
    """The time that a comparison with a time leaves open: "after May" begins when May ends."""
    first, last = windows[0], windows[-1]
    match operator:
        case ">":
            return Window(first.end or (first.start and first.start + timedelta(days=1)), None)
        case ">=":
            return Window(first.start, None)
        case "<":
            return Window(None, first.start)
        case "<=":
            return Window(None, first.end)
        case "between":
            return Window(first.start, last.end)
    return None

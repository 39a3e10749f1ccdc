"""Comparisons with other rows: "above the average price", "older than all teachers", "lower than its budget"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.drafters.builtin.lexicon import Aggregate, Comparative, Comparison, Function, Superlative
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.query import ColumnTerm, Condition
from agent.drafters.builtin.read.effects import AgainstMean, Filter, Fragment
from agent.drafters.builtin.read.rules.comparisons import FLIPPED, ORDERED
from agent.drafters.builtin.read.rules.targets import Target, columns_before, own_numbers, pointed_at, targets
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import is_numeric, is_temporal, keys

_GLUE = ("is", "of", "in", "to", "value", "x", "has", "with", "than", "that", "do")
_OF = ("of", "all", "in", "their", "value", "for", "from")
_STRICTEST: dict[str, Function] = {">": "max", ">=": "max", "<": "min", "<=": "min"}
_OPPOSITE: dict[str, Function] = {"max": "min", "min": "max"}


@dataclass(frozen=True, slots=True)
class _Reference:
    """What rows are compared with: an aggregate of a column (None: of the one that is compared), and where it ends."""

    function: Function
    over: Target | None
    end: int
    how: str


def against(scene: Scene, start: int) -> Iterator[Fragment]:
    """A column compared with an aggregate, with that of all or some other rows, or with another column."""
    operator = scene.items[start].operator
    if isinstance(operator, Comparative):
        yield from _split(scene, start, operator)
    if isinstance(operator, Comparison | Comparative) and operator.operator in ORDERED:
        yield from _operator_first(scene, start, operator)
    for found in (*targets(scene, start), *own_numbers(scene, start)):
        if not _is_ordered(found.link):
            continue
        place = scene.skip(found.end, *_GLUE, most=3)
        negated = scene.is_any(place, "negation")
        if negated:
            place = scene.skip(place + 1, *_GLUE, most=2)
        sign = scene.items[place].operator if place < len(scene.items) else None
        if isinstance(sign, Comparison | Comparative) and sign.operator in ORDERED:
            said = FLIPPED[sign.operator] if negated else sign.operator
            yield from _against(scene, start, place + 1, said, found, "column first")


def _is_ordered(link: ColumnLink) -> bool:
    return is_numeric(link.column) or is_temporal(link.column)


def _split(scene: Scene, start: int, operator: Comparative) -> Iterator[Fragment]:
    """ "more points than 70", "a higher price than the average": the column stands within the comparison."""
    for found in targets(scene, scene.skip(start + 1, "x", "distinct", most=1)):
        place = scene.skip(found.end, "than", "x", most=1)
        if not scene.is_any(place - 1, "than") or not is_numeric(found.link.column):
            continue
        number = scene.items[place].number if place < len(scene.items) else None
        if number is not None:
            effect = Filter(Condition(found.link.term, operator.operator, (number,)))
            yield scene.fragment(start, place + 1, "compare split", effect, *found.features)
        yield from _against(scene, start, place, operator.operator, found, "split")


def _operator_first(scene: Scene, start: int, operator: Comparison | Comparative) -> Iterator[Fragment]:
    """ "above the average price", "older than all students", "more expensive than average"."""
    for reference in _references(scene, start + 1, operator.operator):
        if reference.over is not None:
            effect = AgainstMean(None, operator.operator, reference.function, reference.over.link.term)
            more = (f"against {reference.how}", *reference.over.features)
            yield scene.fragment(start, reference.end, "against alone", effect, *more)
            continue
        for link, near in pointed_at(scene, start, operator.by):
            effect = AgainstMean(link.term, operator.operator, reference.function, link.term)
            yield scene.fragment(start, reference.end, "against pointed", effect, f"against {reference.how}", near)
        for found in columns_before(scene, start):
            if is_numeric(found.link.column):
                effect = AgainstMean(found.link.term, operator.operator, reference.function, found.link.term)
                more = (f"against {reference.how}", *found.features)
                yield scene.fragment(start, reference.end, "against back", effect, *more)


def _against(scene: Scene, start: int, place: int, sign: str, found: Target, said: str) -> Iterator[Fragment]:
    """What a column is compared with at a place."""
    for reference in _references(scene, place, sign):
        over: ColumnTerm = reference.over.link.term if reference.over else found.link.term
        effect = AgainstMean(found.link.term, sign, reference.function, over)
        of = "of itself" if over == found.link.term else "of another"
        more = (f"against {reference.how}", f"against {of}", f"against {said}", *found.features)
        yield scene.fragment(start, reference.end, "against", effect, *more)
    other = scene.skip(place, *_GLUE, "their", "corresponding", most=2)
    for second in list(targets(scene, other))[:2]:
        # A key says which row is meant, not how much: "earn more than their manager" compares no salary with it.
        points = any(each.column.name in keys(each.table) for each in (found.link, second.link))
        if second.link.term != found.link.term and _is_ordered(second.link) and not points:
            condition = Condition(found.link.term, sign, (second.link.term,))
            yield scene.fragment(start, second.end, "compare columns", Filter(condition), *found.features)


def _references(scene: Scene, place: int, sign: str) -> Iterator[_Reference]:
    place = scene.skip(place, *_GLUE, most=2)
    if place >= len(scene.items):
        return
    function = _function(scene, place)
    if function is not None:
        for over in list(targets(scene, scene.skip(place + 1, *_OF, most=2)))[:3]:
            if is_numeric(over.link.column):
                yield _Reference(function, over, over.end, "aggregate of column")
        yield _Reference(function, None, place + 1, "aggregate alone")
    # "higher than the price of all cars", "higher than all cars"
    for kind, end in _quantified(scene, place):
        yield _Reference(_extreme(sign, kind), None, end, kind)
    for over in list(targets(scene, place))[:2]:
        if _is_ordered(over.link):
            for kind, end in _quantified(scene, scene.skip(over.end, "of", "for", "from", "in", most=1)):
                yield _Reference(_extreme(sign, kind), over, end, f"{kind} of column")


def _function(scene: Scene, place: int) -> Function | None:
    """The aggregate of one value for all rows at a place."""
    match scene.items[place].operator:
        case Aggregate(function) if function in {"avg", "min", "max"}:
            return function
        case Superlative(rows=False):
            return "max" if scene.items[place].operator.descending else "min"  # type: ignore[union-attr]
    return None


def _extreme(sign: str, kind: str) -> Function:
    strictest = _STRICTEST[sign]
    return strictest if kind == "every" else _OPPOSITE[strictest]


def _quantified(scene: Scene, place: int) -> Iterator[tuple[str, int]]:
    """Whether every or only some of the rows behind are meant, and where the words for it end."""
    if place >= len(scene.items):
        return
    item = scene.items[place]
    for kind, words in scene.lexicon.quantifiers.items():
        if item.phrase.casefold() in words:
            yield kind, place + 1
    at_least = isinstance(item.operator, Comparison) and item.operator.operator == ">="
    if at_least and place + 1 < len(scene.items) and scene.items[place + 1].number == 1:
        yield "some", place + 2

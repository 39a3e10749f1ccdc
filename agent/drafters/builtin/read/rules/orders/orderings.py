"""The order of what is shown: "sorted by age in descending order", "in alphabetical order of name", "oldest first"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.drafters.builtin.lexicon.operators import Aggregate, Function, Marker, Superlative
from agent.drafters.builtin.query.query import ColumnTerm, MeasureTerm
from agent.drafters.builtin.read.clues.targets import Features, counted, counted_past, own_numbers, targets
from agent.drafters.builtin.read.effects import Fragment, OrderShown, Rank, RankCount
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_numeric, is_temporal

_BETWEEN = ("of", "in", "x", "all", "their", "value", "by", "to", "from", "is", "corresponding", "sorting", "ordering")
_DIRECTIONS = {Marker("ascending"): False, Marker("descending"): True}
_OF = ("of", "x", "all", "in", "their", "distinct")
_FAR = 5


@dataclass(frozen=True, slots=True)
class _Key:
    """What is ordered by: a column, a measure, or the number of rows of a table (None: of what is asked about)."""

    by: ColumnTerm | MeasureTerm | str | None
    end: int
    rule: str
    features: Features
    is_date: bool = False


def orderings(scene: Scene, start: int) -> Iterator[Fragment]:
    """A mark of order or a direction, then what is ordered by; a direction may follow, too."""
    yield from _next_key(scene, start)
    operator = scene.items[start].operator
    if operator == Marker("by"):
        yield from _by_alone(scene, start)
    if operator not in {Marker("ordering"), Marker("sorting"), *_DIRECTIONS}:
        return
    direction = _direction(scene, start)
    place = start + 1
    while place < len(scene.items) and place - start <= _FAR:
        if _direction(scene, place) is not None:
            # "in descending alphabetical order"
            direction = bool(direction) or _direction(scene, place)
        elif not scene.is_any(place, *_BETWEEN):
            break
        place += 1
    for key in _keys(scene, place):
        yield from _ordered(scene, start, key, bool(direction), "before" if direction is not None else "unsaid")
        for end, down in _direction_behind(scene, key.end):
            yield from _ordered(scene, start, replace(key, end=end), down, "behind")
    if direction is not None:
        # "in ascending order": of what is shown first.
        yield scene.fragment(start, place, "order alone", OrderShown(direction))


def _direction(scene: Scene, place: int) -> bool | None:
    operator = scene.items[place].operator if place < len(scene.items) else None
    return _DIRECTIONS.get(operator) if isinstance(operator, Marker) else None


def _direction_behind(scene: Scene, place: int) -> Iterator[tuple[int, bool]]:
    after = scene.skip(place, "in", "of", "x", "conjunction", "list", most=3)
    direction = _direction(scene, after)
    if direction is not None:
        yield after + 1, direction


def _by_alone(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "listed by price ascending": only the direction behind says that it is an order."""
    for key in _keys(scene, scene.skip(start + 1, *_BETWEEN, most=2)):
        for end, down in _direction_behind(scene, key.end):
            yield from _ordered(scene, start, replace(key, end=end), down, "behind by")


def _ordered(scene: Scene, start: int, key: _Key, descending: bool, said: str) -> Iterator[Fragment]:
    more = (f"direction {said}", *key.features)
    if key.by is None or isinstance(key.by, str):
        yield scene.fragment(start, key.end, key.rule, RankCount(key.by, descending), *more)
        return
    yield scene.fragment(start, key.end, key.rule, Rank(key.by, descending), *more)
    if key.is_date and _speaks_of_age(scene, start, key.end):
        # The oldest are born first.
        yield scene.fragment(start, key.end, key.rule, Rank(key.by, not descending), "direction turned", *more)


def _speaks_of_age(scene: Scene, start: int, end: int) -> bool:
    said = {word for item in scene.items[start:end] for word in item.phrase.casefold().split()}
    return not scene.lexicon.ages.isdisjoint(said)


def _next_key(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "by title and year": the second key, with a direction of its own or that of the first."""
    if not scene.is_any(start - 1, "conjunction", "x", "by", "their"):
        return
    marks = range(start - 2, max(start - _FAR - 3, -1), -1)
    mark = next(
        (place for place in marks if scene.is_any(place, "ordering", "ascending", "descending", "sorting")), None
    )
    if mark is None:
        return
    for found in list(targets(scene, start))[:3]:
        said = (f"next key behind {scene.category(mark)}", *found.features)
        effect = Rank(found.link.term, bool(_direction(scene, mark)))
        yield scene.fragment(start, found.end, "order then", effect, "direction unsaid", *said)
        for end, down in _direction_behind(scene, found.end):
            yield scene.fragment(start, end, "order then", Rank(found.link.term, down), "direction behind", *said)


def _function(scene: Scene, place: int) -> Function | None:
    """The aggregate that is ordered by; "each city's highest latitude" asks for one, too."""
    match scene.items[place].operator:
        case Aggregate(function):
            return function
        case Superlative(descending, rows=False):
            return "max" if descending else "min"
    return None


def _keys(scene: Scene, place: int) -> Iterator[_Key]:
    """What may be ordered by at a place, with where it ends."""
    if place >= len(scene.items):
        return
    function = _function(scene, place)
    target = scene.skip(place + 1, *_OF, most=2) if function else place
    if function and function != "count" and scene.is_any(target, "agg count"):
        target = scene.skip(target + 1, *_OF, most=2)
    for found in (*targets(scene, target), *own_numbers(scene, target)):
        link, end, more = found.link, found.end, found.features
        if function is None or function == "count":
            said = f"order by {'counted' if function else 'named'}"
            yield _Key(link.term, end, "order by", (*more, said), is_temporal(link.column))
        if function == "count":
            yield _Key(link.table.id, end, "order by count of column", more)
        elif function is not None and is_numeric(link.column):
            yield _Key(MeasureTerm(function, link.table.id, link.term), end, "order by measure", more)
    if function != "count":
        return
    for table, more in counted(scene, target):
        yield _Key(table.table.id, target + 1, "order by count", more)
    past = counted_past(scene, target)
    if past is not None:
        for table, more in counted(scene, past[0]):
            yield _Key(table.table.id, past[0] + 1, "order by count past", more)
    yield _Key(None, place + 1, "order by count alone", ())

"""How far numbers reach: "price range, lowest and highest", "gap between the top and the bottom salary"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Aggregate, Operator, Superlative
from agent.drafters.builtin.query.query import Difference, MeasureTerm
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.clues.targets import Target, pointed_at, targets
from agent.drafters.builtin.read.effects import About, Fragment, Shows
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_numeric, is_temporal

_AGAIN = ("sup", "agg", "conjunction", "to", "from", "x")


def ranges(scene: Scene, start: int) -> Iterator[Fragment]:
    """A column before the word, or behind it ("range of prices"), and the extremes once more at the end."""
    yield from _gaps(scene, start)
    for found in _ranged(scene, start):
        table, term = found.link.table.id, found.link.term
        effect = Shows((MeasureTerm("min", table, term), MeasureTerm("max", table, term)))
        yield scene.fragment(start, found.end, "range", effect, *found.features)
    if scene.is_any(start, "sup", "agg") and any(_is_range(scene, place) for place in range(start)):
        end = scene.skip(start, *_AGAIN, most=5)
        if end == len(scene.items):
            for before in range(start):
                for found in _ranged(scene, before):
                    yield scene.fragment(start, end, "range again", About(found.link.table.id))
                    return


def _gaps(scene: Scene, start: int) -> Iterator[Fragment]:
    """The greatest less the least: "difference between the highest and the lowest salary"."""
    if stem(scene.items[start].phrase.casefold()) not in scene.lexicon.differences:
        return
    first = scene.skip(start + 1, "between", "of", "in", most=1)
    last = scene.skip(first + 1, "conjunction", "x", most=1)
    if first == start + 1 or last >= len(scene.items):
        return
    operators = [scene.items[place].operator for place in (first, last)]
    ends = {_extreme(operator) for operator in operators}
    if ends != {"max", "min"}:
        return
    by = operators[1].by if isinstance(operators[1], Superlative) else ()
    pointed = (Target(link, last + 1, (near,)) for link, near in pointed_at(scene, last, by))
    for found in (*targets(scene, scene.skip(last + 1, "of", "in", most=1)), *pointed):
        if _has_range(found):
            table, term = found.link.table.id, found.link.term
            effect = Shows((Difference(MeasureTerm("max", table, term), MeasureTerm("min", table, term)),))
            yield scene.fragment(start, found.end, "gap", effect, *found.features)


def _extreme(operator: Operator | None) -> str:
    match operator:
        case Superlative(descending):
            return "max" if descending else "min"
        case Aggregate(function):
            return function
    return ""


def _ranged(scene: Scene, start: int) -> Iterator[Target]:
    """The columns whose range is named from a place on."""
    if _is_range(scene, start) and scene.is_any(start + 1, "of"):
        yield from (found for found in targets(scene, start + 2) if _has_range(found))
    for found in targets(scene, start):
        if _has_range(found) and _is_range(scene, found.end):
            yield Target(found.link, found.end + 1, found.features)


def _has_range(found: Target) -> bool:
    return is_numeric(found.link.column) or is_temporal(found.link.column)


def _is_range(scene: Scene, place: int) -> bool:
    return place < len(scene.items) and scene.items[place].phrase.casefold() in scene.lexicon.ranges

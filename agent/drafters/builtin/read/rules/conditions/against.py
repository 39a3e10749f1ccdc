"""Comparisons with other rows: "above the average price", "older than all teachers", "lower than its budget"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.drafters.builtin.lexicon.operators import Comparative, Comparison
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.query.query import Condition, MeasureTerm, RelatedTerm
from agent.drafters.builtin.query.signs import FLIPPED, ORDERED
from agent.drafters.builtin.read.clues.earned import earned
from agent.drafters.builtin.read.clues.references import references
from agent.drafters.builtin.read.clues.self_keys import self_keys, words_of
from agent.drafters.builtin.read.clues.targets import Target, columns_before, own_numbers, pointed_at, targets
from agent.drafters.builtin.read.clues.verbs import verb_features
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import multiplies
from agent.drafters.builtin.schema.rows import is_intensive, is_numeric, is_temporal, keys

_GLUE = ("is", "of", "in", "to", "value", "x", "has", "with", "than", "that", "do")


def against(scene: Scene, start: int) -> Iterator[Fragment]:
    """A column compared with an aggregate, with that of all or some other rows, or with another column."""
    operator = scene.items[start].operator
    if isinstance(operator, Comparative):
        yield from _split(scene, start, operator)
    if isinstance(operator, Comparison | Comparative) and operator.operator in ORDERED:
        yield from _operator_first(scene, start, operator)
    for found in (*targets(scene, start), *own_numbers(scene, start), *earned(scene, start)):
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
    for reference in references(scene, start + 1, operator.operator):
        if reference.over is not None:
            for effect, end, how in reference.compared(scene, operator.operator, None):
                yield scene.fragment(start, end, "against alone", effect, how, *reference.over.features)
            continue
        for link, near in pointed_at(scene, start, operator.by):
            for effect, end, how in reference.compared(scene, operator.operator, link.term):
                yield scene.fragment(start, end, "against pointed", effect, how, near)
        for found in columns_before(scene, start):
            for effect, end, how in (
                reference.compared(scene, operator.operator, found.link.term) if is_numeric(found.link.column) else ()
            ):
                yield scene.fragment(start, end, "against back", effect, how, *found.features)


def _against(scene: Scene, start: int, place: int, sign: str, found: Target, said: str) -> Iterator[Fragment]:
    """What a column is compared with at a place."""
    for reference in references(scene, place, sign):
        for effect, end, how in reference.compared(scene, sign, found.link.term):
            of = "of itself" if effect.over == found.link.term else "of another"
            more = (f"against {of}", f"against {said}", *verb_features(scene, found), *found.features)
            yield scene.fragment(start, end, "against", effect, how, *more)
    yield from _against_above(scene, start, place, sign, found)
    other = scene.skip(place, *_GLUE, "their", "corresponding", most=2)
    for second in list(targets(scene, other))[:2]:
        # A key says which row is meant, not how much: "earn more than their manager" compares no salary with it.
        points = any(each.column.name in keys(each.table) for each in (found.link, second.link))
        # Nor is an amount before or after a date.
        alike = is_temporal(found.link.column) == is_temporal(second.link.column)
        if second.link.term != found.link.term and _is_ordered(second.link) and not points and alike:
            condition = Condition(found.link.term, sign, (second.link.term,))
            yield scene.fragment(start, second.end, "compare columns", Filter(condition), *found.features)
            if (total := _total(scene, found, second)) is not None:
                whole = Filter(Condition(total, sign, (second.link.term,)))
                yield scene.fragment(start, second.end, "compare total with column", whole, *found.features)


def _against_above(scene: Scene, start: int, place: int, sign: str, found: Target) -> Iterator[Fragment]:
    """ "earn more than their manager": the same column of the row that each points to."""
    above = scene.skip(place, "than", "their", "x", most=3)
    if above + 1 < len(scene.items) and words_of(scene.items[above]) <= scene.lexicon.direct:
        above += 1
    for key in self_keys(scene) if above < len(scene.items) else ():
        if found.link.table.id == key.table.id and key.is_above(words_of(scene.items[above]), scene.lexicon):
            theirs = replace(found.link.term, via=key.column)
            effect = Filter(Condition(found.link.term, sign, (theirs,)))
            yield scene.fragment(start, above + 1, "compare with above", effect, *found.features)


def _total(scene: Scene, found: Target, second: Target) -> RelatedTerm | None:
    """The sum of a column over the rows that belong to each of those that the second column is of."""
    link, owner = found.link, second.link.table.id
    if link.of or is_temporal(link.column) or is_intensive(link.column, scene.lexicon):
        return None
    if not multiplies(scene.catalog, owner, link.table.id):
        return None
    return RelatedTerm(owner, MeasureTerm("sum", link.table.id, link.term))

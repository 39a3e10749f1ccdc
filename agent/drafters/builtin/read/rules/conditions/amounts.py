"""Amounts that are compared without their column: "orders over 500", "who spent over 5000", "fewer than 2 orders"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Bound, Comparison
from agent.drafters.builtin.query.query import ColumnTerm, Condition, MeasureTerm, RelatedTerm
from agent.drafters.builtin.query.signs import ORDERED
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.clues.ages import names_its_column
from agent.drafters.builtin.read.clues.targets import counted, targets
from agent.drafters.builtin.read.effects import Filter, Fragment, Having
from agent.drafters.builtin.read.rules.figures.figures import adds_up, is_money
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.line_amount import number_called
from agent.drafters.builtin.schema.rows import is_numeric, measure_columns, ranking_measure

_GLUE = ("is", "of", "in", "to", "value", "x", "has", "with", "for", "me", "do")
_FEWER = frozenset({"<", "<="})
_TABLES = 3


def amounts(scene: Scene, start: int) -> Iterator[Fragment]:
    """A comparison with a number: of what a row is worth, of what adds up for each, or of how many belong to it."""
    compared = _compared(scene, start)
    if compared is not None:
        yield from _worth(scene, start, *compared)
        yield from _fewer(scene, start, *compared)
    yield from _bounded(scene, start)
    place = scene.skip(start + 1, *_GLUE, most=2)
    behind = _compared(scene, place)
    if behind is None or compared is not None:
        return
    sign, number, end = behind
    for found in targets(scene, start):
        if adds_up(found.link, scene) and found.end <= place:
            effect = Having("sum", found.link.table.id, found.link.term, sign, number)
            # "countries that bring in less than 5k" compares no single sale.
            each = ("money over",) if is_money(scene, start) and found.link.table.id not in scene.tables else ()
            yield scene.fragment(start, end, "amount over", effect, *found.features, *each)


def _bounded(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "2 stars or less": the bound stands behind the column."""
    number = scene.items[start].number
    for found in targets(scene, start + 1) if number is not None else ():
        bound = scene.items[found.end].operator if found.end < len(scene.items) else None
        if isinstance(bound, Bound) and is_numeric(found.link.column) and number is not None:
            condition = Condition(found.link.term, bound.operator, (number,))
            yield scene.fragment(start, found.end + 1, "bounded", Filter(condition), *found.features)


def _compared(scene: Scene, place: int) -> tuple[str, int | float, int] | None:
    """The sign and the number at a place, and where they end: a word that only names the unit is theirs."""
    if place + 1 >= len(scene.items):
        return None
    operator, number = scene.items[place].operator, scene.items[place + 1].number
    if not isinstance(operator, Comparison) or operator.operator not in ORDERED or number is None:
        return None
    # "older than 30" names its column, and no other may stand for it.
    if names_its_column(scene.items[place]):
        return None
    end = place + 2
    is_unit = end < len(scene.items) and stem(scene.items[end].phrase.casefold()) in scene.lexicon.units
    return operator.operator, number, end + is_unit


def _worth(scene: Scene, start: int, sign: str, number: int | float, end: int) -> Iterator[Fragment]:
    """By the column that says what a row is worth, and by the sum of what belongs to it."""
    for position, table in enumerate(list(scene.near_tables(start))[:_TABLES]):
        near = f"worth of {'nearest' if position == 0 else 'other'}"
        for column in measure_columns(table, scene.lexicon)[:1]:
            condition = Condition(ColumnTerm(table.id, column.name), sign, (number,))
            yield scene.fragment(start, end, "worth over", Filter(condition), near)
        price = number_called(table, scene.lexicon.prices[:1], scene.lexicon)
        if price is not None:
            condition = Condition(ColumnTerm(table.id, price.name), sign, (number,))
            yield scene.fragment(start, end, "price over", Filter(condition), near)
        many = ranking_measure(scene.catalog, table, scene.lexicon)
        if many is not None:
            yield scene.fragment(start, end, "sum over", Having("sum", many.table, many, sign, number), near)
    for found in targets(scene, end):
        if adds_up(found.link, scene):
            effect = Having("sum", found.link.table.id, found.link.term, sign, number)
            yield scene.fragment(start, found.end, "amount over", effect, "amount behind", *found.features)
    # "projects with more than 700 in expenses"
    for rows, more in counted(scene, end + 1) if scene.is_any(end, "in", "of") else ():
        for column in measure_columns(rows.table, scene.lexicon)[:1]:
            effect = Having("sum", rows.table.id, ColumnTerm(rows.table.id, column.name), sign, number)
            yield scene.fragment(start, end + 2, "sum in rows", effect, *more)


def _fewer(scene: Scene, start: int, sign: str, number: int | float, end: int) -> Iterator[Fragment]:
    """ "with fewer than 2 orders": those without any have fewer, too."""
    if sign not in _FEWER:
        return
    for counted_table, more in counted(scene, end):
        for position, owner in enumerate(list(scene.near_tables(start))[:_TABLES]):
            if owner.id != counted_table.table.id:
                term = RelatedTerm(owner.id, MeasureTerm("count", counted_table.table.id))
                near = f"fewer of {'nearest' if position == 0 else 'other'}"
                effect = Filter(Condition(term, sign, (number,)))
                yield scene.fragment(start, end + 1, "fewer than", effect, near, *more)

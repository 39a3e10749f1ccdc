"""A number compared with so many times another of its row: "sold at less than 1.5 times the cost"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Comparison
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.query.query import ColumnTerm, Condition, Multiple
from agent.drafters.builtin.query.signs import ORDERED
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.line_amount import number_called
from agent.drafters.builtin.schema.rows import is_numeric

_GLUE = ("what", "their", "of", "is", "me", "do")
_BEFORE = ("in", "is", "for", "do", "at")


def times_another(scene: Scene, start: int) -> Iterator[Fragment]:
    """A comparison with a number of times a column; of its row the price is meant where no other is named."""
    item = scene.items[start]
    named = [link for link in item.columns[:3] if is_numeric(link.column)]
    # "we sell at less than …" names the price.
    place = scene.skip(start + 1, *_BEFORE, most=2) if named or _sells(scene, start) else start
    compared = _compared(scene, place)
    if compared is None:
        return
    operator, factor, behind = compared
    target = scene.skip(behind, *_GLUE, most=3)
    if target >= len(scene.items):
        return
    end = scene.skip(target + 1, "me", most=1)
    for rank, link in enumerate(scene.items[target].columns[:3]):
        if is_numeric(link.column):
            for left, how in _others(link, named, scene):
                condition = Condition(left, operator, (Multiple(link.term, factor),))
                more = (how, *link_features(scene, target, link, rank))
                yield scene.fragment(start, end, "times another", Filter(condition), *more)


def _compared(scene: Scene, place: int) -> tuple[str, int | float, int] | None:
    """The sign and how many times, and where what is multiplied may begin."""
    if place + 2 >= len(scene.items):
        return None
    operator, item = scene.items[place].operator, scene.items[place + 1]
    if not isinstance(operator, Comparison) or operator.operator not in ORDERED:
        return None
    word = scene.lexicon.factors.get(item.phrase.casefold())
    if word is not None:
        return operator.operator, word, place + 2
    if item.number is None or scene.items[place + 2].phrase.casefold() not in scene.lexicon.multiples:
        return None
    return operator.operator, item.number, place + 3


def _sells(scene: Scene, place: int) -> bool:
    words = scene.items[place].phrase.casefold().split()
    return bool(words) and words[0] in scene.lexicon.sells


def _others(link: ColumnLink, named: list[ColumnLink], scene: Scene) -> Iterator[tuple[ColumnTerm, str]]:
    """The columns of the same table that may be compared: one named before, or the price."""
    for other in named:
        if other.table.id == link.table.id and other.term != link.term:
            yield other.term, "times another of named"
    price = number_called(link.table, scene.lexicon.prices, scene.lexicon)
    if price is not None and price.name != link.column.name:
        yield ColumnTerm(link.table.id, price.name), "times another of price"

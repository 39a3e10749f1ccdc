"""How much is left of what is asked about: "sold out products", "fewer than 5 left", "still in the warehouse"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Comparison
from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.query.signs import ORDERED
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.clues.stocked import says_left, stocked
from agent.drafters.builtin.read.effects import About, Filter, Fragment
from agent.drafters.builtin.read.scene import Scene


def stock_levels(scene: Scene, start: int) -> Iterator[Fragment]:
    """The stock compared with a number, or with nothing."""
    yield from _compared(scene, start)
    end = _gone(scene, start)
    kept = scene.skip(start + 1, "their", "me", most=2)
    is_kept = (
        kept < len(scene.items) and scene.is_any(start, "in") and scene.items[kept].last_word in scene.lexicon.shelves
    )
    for table, stock in stocked(scene, start):
        if end and scene.items[start - 1].phrase.casefold() in scene.lexicon.almost and start:
            yield scene.fragment(start, end, "stock nearly gone", About(table.id))
        elif end:
            yield scene.fragment(start, end, "stock gone", Filter(Condition(stock, "=", (0,))))
        if is_kept:
            yield scene.fragment(start, kept + 1, "stock kept", Filter(Condition(stock, ">", (0,))))


def _compared(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "fewer than 5 pieces left", "between 1 and 10 left"."""
    operator = scene.items[start].operator
    numbers = [item.number for item in scene.items[start : start + 4] if item.number is not None]
    if isinstance(operator, Comparison) and operator.operator in ORDERED and scene.is_any(start + 1, "N"):
        sign, values, end = operator.operator, tuple(numbers[:1]), start + 2
    elif scene.is_any(start, "between") and len(numbers) == 2:
        sign, values, end = "between", tuple(numbers), start + 4
    else:
        return
    if end < len(scene.items) and stem(scene.items[end].last_word) in scene.lexicon.pieces:
        end += 1
    if says_left(scene, end):
        behind = end + 1 + scene.is_any(end, "in")
        for _, stock in stocked(scene, start):
            yield scene.fragment(start, behind, "stock compared", Filter(Condition(stock, sign, values)))


def _gone(scene: Scene, start: int) -> int:
    """The place behind a phrase such as "sold out"; 0 where there is none."""
    said = ""
    for end in range(start + 1, min(start + 3, len(scene.items) + 1)):
        said = f"{said} {scene.items[end - 1].phrase.casefold()}".strip()
        if said in scene.lexicon.gone:
            return end
    return 0

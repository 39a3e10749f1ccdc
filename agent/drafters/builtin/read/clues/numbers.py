"""Numbers of rows with what compares them: "at least two", "3 or more", "several", "more than twice"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Bound, Comparison
from agent.drafters.builtin.read.clues.ages import names_its_column
from agent.drafters.builtin.read.scene import Scene

_ORDERED = frozenset({">", ">=", "<", "<=", "="})


def numbers(scene: Scene, start: int) -> Iterator[tuple[str, int, int, str]]:
    """The sign and the number that begin at a place, where they end, and in which form they are said."""
    if scene.items[start].phrase.casefold() in scene.lexicon.several:
        yield ">", 1, start + 1, "several"
    # "older than 30" names what it compares, which is no number of rows.
    if names_its_column(scene.items[start]):
        return
    sign = sign_at(scene, start)
    place = start + 1 if sign else start
    if place >= len(scene.items):
        return
    item = scene.items[place]
    number = scene.lexicon.times.get(item.phrase.casefold()) if sign else None
    if number is not None and sign:
        yield sign, number, place, "times"
    if not isinstance(item.number, int):
        return
    if sign:
        yield sign, item.number, place + 1, "compared"
        return
    yield "=", item.number, place + 1, "plain"
    behind = scene.items[place + 1].operator if place + 1 < len(scene.items) else None
    if isinstance(behind, Bound):
        yield behind.operator, item.number, place + 2, "bounded"


def sign_at(scene: Scene, place: int) -> str | None:
    """The comparison at a place that may be of numbers."""
    operator = scene.items[place].operator if place < len(scene.items) else None
    return operator.operator if isinstance(operator, Comparison) and operator.operator in _ORDERED else None

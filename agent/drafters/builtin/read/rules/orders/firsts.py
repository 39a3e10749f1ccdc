"""An order by what a superlative points to: "cheapest first", "the oldest at the top"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Superlative
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.clues.targets import targets
from agent.drafters.builtin.read.effects import Fragment, Rank, RankCount
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import find_column

# "from cheap to expensive" begins so, and needs no "first".
_FROM = "from"


def firsts(scene: Scene, start: int) -> Iterator[Fragment]:
    """A superlative with "first" behind it, which may be one item ("oldest first"); a column may stand between."""
    words = tuple(scene.items[start].phrase.casefold().split())
    if len(words) > 1 and words[1:] in scene.lexicon.firsts:
        operator = scene.lexicon.operators.get(words[:1])
        if isinstance(operator, Superlative):
            yield from _pointed(scene, start, start + 1, operator)
        return
    operator = scene.items[start].operator
    if not isinstance(operator, Superlative):
        return
    if words[0] == _FROM:
        yield from _pointed(scene, start, start + 1, operator)
    if _is_first(scene, start + 1):
        yield from _pointed(scene, start, start + 2, operator)
    for target in targets(scene, start + 1):
        if _is_first(scene, target.end):
            effect = Rank(target.link.term, operator.descending)
            yield scene.fragment(start, target.end + 1, "superlative first", effect, *target.features)


def is_order(scene: Scene, place: int) -> bool:
    """Whether the superlative at a place only says which rows come first: "oldest first", of which all are shown."""
    if place < len(scene.items) and scene.items[place].phrase.casefold().startswith(f"{_FROM} "):
        return True
    if _is_first(scene, place):
        return scene.is_any(place - 1, "sup")
    return scene.is_any(place, "sup") and _is_first(scene, place + 1)


def _is_first(scene: Scene, place: int) -> bool:
    return place < len(scene.items) and tuple(scene.items[place].phrase.casefold().split()) in scene.lexicon.firsts


def _pointed(scene: Scene, start: int, end: int, operator: Superlative) -> Iterator[Fragment]:
    if not operator.by:
        # "worst first": by what is counted or measured.
        yield scene.fragment(start, end, "superlative first", RankCount(None, operator.descending), "first of all")
    for position, table in enumerate(scene.near_tables(start)):
        for words, descending in ((operator.against, not operator.descending), (operator.by, operator.descending)):
            column = find_column(table, words, scene.lexicon) if words else None
            if column is not None and column.kind not in {"text", "other"}:
                effect = Rank(ColumnTerm(table.id, column.name), descending)
                yield scene.fragment(start, end, "superlative first", effect, f"pointed table {min(position, 3)}")
                break

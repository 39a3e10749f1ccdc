"""Parts of a whole: "what percentage of customers …", "the share of web orders", "the return rate"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.query.query import ColumnTerm, Condition, Exists
from agent.drafters.builtin.read.clues.targets import counted
from agent.drafters.builtin.read.effects import AsRate, AsShare, Fragment
from agent.drafters.builtin.read.scene import Scene

# So many letters does the name of what happens have in common with a value that says that it did, and so many tables
# are looked at: "cancellation rate" and "cancelled".
_ALIKE, _TABLES = 6, 3


def shares(scene: Scene, start: int) -> Iterator[Fragment]:
    """A mark of a share, before what is counted or added up, and a rate of what happens to rows; both in hundredths."""
    # "by how many percent" asks for a growth.
    if scene.items[start].operator == Marker("share") and not scene.is_any(start - 1, "by"):
        yield scene.fragment(start, start + 1, "share", AsShare(percent=True))
    behind = start + 1
    if behind < len(scene.items) and scene.items[behind].phrase.casefold() in scene.lexicon.rates:
        yield from _of_rows(scene, start)
        yield from _of_values(scene, start)


def _of_rows(scene: Scene, start: int) -> Iterator[Fragment]:
    for link, more in counted(scene, start):
        pointers = [key.target for key in link.table.foreign_keys if key.target != link.table.id]
        # What a return is of is one thing; an order is of a customer and of who took it.
        for target in pointers if len(pointers) == 1 else ():
            effect = AsRate(target, Exists(target, link.table.id))
            yield scene.fragment(start, start + 2, "rate of rows", effect, *more)


def _of_values(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "no-show rate": a value that is stored, or one that begins like what is said."""
    item = scene.items[start]
    for value in item.values[:2]:
        effect = AsRate(value.table.id, Condition(value.term, "in", (value.value,)))
        yield scene.fragment(start, start + 2, "rate of value", effect, ("value score", value.score))
    if item.values or item.operator is not None:
        return
    said = item.phrase.casefold()
    for table in list(scene.near_tables(start))[:_TABLES]:
        for column in table.columns:
            for sample in column.samples if column.kind == "text" else ():
                if len(said) >= _ALIKE and sample.casefold().startswith(said[:_ALIKE]):
                    condition = Condition(ColumnTerm(table.id, column.name), "in", (sample,))
                    yield scene.fragment(start, start + 2, "rate of like", AsRate(table.id, condition))

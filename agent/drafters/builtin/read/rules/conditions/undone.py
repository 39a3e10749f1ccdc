"""What has not happened, in one word: "unpaid orders", "undelivered parcels", "unanswered calls"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.link.names import names
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, Exists
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.clues.is_head import BEFORE_HEADS
from agent.drafters.builtin.read.effects import Filter, FilterRows, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_connected, is_temporal
from agent.records import Table

_TABLES = 3
_LEAST = 0.6


def undone(scene: Scene, start: int) -> Iterator[Fragment]:
    """No row of a table for it belongs to the row, its date is missing, or a flag says that it is not so."""
    word, end = scene.items[start].phrase.casefold().replace("-", ""), start + 1
    if word in scene.lexicon.opposites and end < len(scene.items):
        # "non billable hours"
        word, end = word + scene.items[end].phrase.casefold(), end + 1
    done = next((word.removeprefix(prefix) for prefix in scene.lexicon.opposites if word.startswith(prefix)), "")
    if len(done) < len("made"):
        return
    stemmed = stem(done)
    phrases = {(stemmed,), (scene.lexicon.forms.get(stemmed, stemmed),)}
    found = [named for phrase in phrases for named in names(scene.catalog).get(phrase, ()) if named.score >= _LEAST]
    for position, owner in enumerate(list(scene.near_tables(start))[:_TABLES]):
        apart = "in two words" if end > start + 1 else "in one word"
        near = f"undone of {'nearest' if position == 0 else 'other'}", f"undone {apart}"
        for named in found:
            if named.column is None:
                if named.table.id != owner.id and is_connected(scene.catalog, owner.id, named.table.id):
                    none = AnyOf((Exists(owner.id, named.table.id, negated=True),))
                    yield scene.fragment(start, end, "undone rows", Filter(none), *near)
                    if _heads(scene, start, end, owner):
                        # "unpaid orders from firms": what is asked for stands behind.
                        shown = FilterRows(none, owner.id)
                        yield scene.fragment(start, end + 1, "undone rows shown", shown, *near)
            elif named.table.id == owner.id and (condition := _not(owner, named.column.name)):
                yield scene.fragment(start, end, "undone", Filter(condition), *near)


def _heads(scene: Scene, start: int, end: int, owner: Table) -> bool:
    """Whether the word begins what is asked for, with the name of the table right behind it."""
    named = end < len(scene.items) and any(link.table.id == owner.id for link in scene.items[end].tables[:1])
    return named and all(scene.is_any(before, *BEFORE_HEADS) for before in range(start))


def _not(table: Table, name: str) -> Condition | None:
    column = table.column(name)
    if column is not None and column.kind == "boolean":
        return Condition(ColumnTerm(table.id, name), "=", (False,))
    if column is not None and is_temporal(column) and column.nullable:
        return Condition(ColumnTerm(table.id, name), "null")
    return None

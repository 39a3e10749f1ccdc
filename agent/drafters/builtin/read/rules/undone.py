"""What has not happened, in one word: "unpaid orders", "undelivered parcels", "unanswered calls"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.link.names import names
from agent.drafters.builtin.query import AnyOf, ColumnTerm, Condition, Exists
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import is_connected, is_temporal
from agent.records import Table

_TABLES = 3
_LEAST = 0.6


def undone(scene: Scene, start: int) -> Iterator[Fragment]:
    """No row of a table for it belongs to the row, its date is missing, or a flag says that it is not so."""
    word = scene.items[start].phrase.casefold().replace("-", "")
    done = next((word.removeprefix(prefix) for prefix in scene.lexicon.opposites if word.startswith(prefix)), "")
    if len(done) < len("made"):
        return
    stemmed = stem(done)
    phrases = {(stemmed,), (scene.lexicon.forms.get(stemmed, stemmed),)}
    found = [named for phrase in phrases for named in names(scene.catalog).get(phrase, ()) if named.score >= _LEAST]
    for position, owner in enumerate(list(scene.near_tables(start))[:_TABLES]):
        near = f"undone of {'nearest' if position == 0 else 'other'}"
        for named in found:
            if named.column is None:
                if named.table.id != owner.id and is_connected(scene.catalog, owner.id, named.table.id):
                    none = AnyOf((Exists(owner.id, named.table.id, negated=True),))
                    yield scene.fragment(start, start + 1, "undone rows", Filter(none), near)
            elif named.table.id == owner.id and (condition := _not(owner, named.column.name)):
                yield scene.fragment(start, start + 1, "undone", Filter(condition), near)


def _not(table: Table, name: str) -> Condition | None:
    column = table.column(name)
    if column is not None and column.kind == "boolean":
        return Condition(ColumnTerm(table.id, name), "=", (False,))
    if column is not None and is_temporal(column) and column.nullable:
        return Condition(ColumnTerm(table.id, name), "null")
    return None

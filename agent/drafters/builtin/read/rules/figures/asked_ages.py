"""How old something is: by its age, or else by the date from which it is counted."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Superlative
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.effects import Fragment, Show
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import find_column
from agent.records import Table

_FAR = 5


def asked_ages(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "how old" with what is asked about behind it."""
    place = start + 1
    if not scene.is_any(start, "how") or place >= len(scene.items) or scene.items[place].last_word != "old":
        return
    oldest = scene.lexicon.operators.get(("oldest",))
    words = (*oldest.against, *oldest.by) if isinstance(oldest, Superlative) else ()
    for position, table in enumerate(_tables(scene, place)):
        column = find_column(table, [word for word in words if word not in {"date", "year"}], scene.lexicon)
        if column is not None:
            near = f"age of {'nearest' if position == 0 else 'other'}"
            yield scene.fragment(start, place + 1, "age asked", Show(ColumnTerm(table.id, column.name)), near)


def _tables(scene: Scene, place: int) -> list[Table]:
    """The tables of what is named behind, by the names of its rows or by its own."""
    behind = scene.items[place + 1 : place + 1 + _FAR]
    called = [link.table for item in behind for link in item.values[:1]]
    named = [*called, *(link.table for item in behind for link in item.tables[:1])]
    return list({table.id: table for table in (*named, *scene.near_tables(place))}.values())

"""Ways to reach a person or a firm: "contact details of our customers in Dublin"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.effects import Fragment, ShowAlso, Shows
from agent.drafters.builtin.read.scene import Scene

_LONGEST = 2
_TABLES = 3


def contacts(scene: Scene, start: int) -> Iterator[Fragment]:
    """All columns of a table near it that hold an address, a number or a mailbox."""
    said = ""
    for end in range(start + 1, min(start + _LONGEST, len(scene.items)) + 1):
        said = f"{said} {scene.items[end - 1].phrase.casefold()}".strip()
        if said not in scene.lexicon.contacts:
            continue
        for position, table in enumerate(list(scene.near_tables(start))[:_TABLES]):
            reached = tuple(
                ColumnTerm(table.id, column.name)
                for column in table.columns
                if scene.lexicon.reached.intersection(scene.lexicon.column_words(column.name))
            )
            if reached:
                near = f"contacts of {'nearest' if position == 0 else 'other'}"
                yield scene.fragment(start, end, "contacts", ShowAlso(reached), near)
                yield scene.fragment(start, end, "contacts alone", Shows(reached), near)

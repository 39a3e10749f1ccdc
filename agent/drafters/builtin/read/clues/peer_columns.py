"""Of which rows an aggregate is that a row is compared with: "the average for their category"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.read.clues.targets import counted
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_numeric, is_temporal

_OF = ("of", "for", "in", "from", "among")
_OWN = ("their", "same", "corresponding")


def peer_columns(scene: Scene, place: int, table: str) -> Iterator[tuple[str, int]]:
    """The columns of the table in which the rows at a place are alike, each with where the words for it end."""
    named = scene.skip(place, *_OF, most=1)
    owned = scene.skip(named, *_OWN, most=2)
    # "the average of" is one item.
    said = named > place or scene.items[place - 1].last_word in _OF
    if said and owned > named and owned < len(scene.items):
        yield from ((column, owned + 1) for column in own_columns(scene, owned, table))


def own_columns(scene: Scene, place: int, table: str) -> Iterator[str]:
    """The columns of the table that an item names, by their own name or by that of what they point to."""
    known = scene.catalog.table(table)
    if known is None or scene.items[place].values:
        return
    found: list[str] = []
    for link, _ in counted(scene, place):
        found += [
            key.columns[0]
            for key in known.foreign_keys
            if key.target == link.table.id and len(key.columns) == 1 and key.target != known.id
        ]
    pointers = {name for key in known.foreign_keys for name in key.columns}
    for column in (link.column for link in scene.items[place].columns if link.table.id == known.id):
        if column.name in pointers or not (is_numeric(column) or is_temporal(column)):
            found.append(column.name)
    yield from dict.fromkeys(found)

"""Those who did something once, or again: "one-time buyers", "repeat customers"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.query.query import Condition, MeasureTerm, RelatedTerm
from agent.drafters.builtin.read.clues.targets import counted
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import measure_columns, moment_columns
from agent.records import Table

_SIGNS = {Marker("once_only"): "=", Marker("repeated"): ">"}


def repeaters(scene: Scene, start: int) -> Iterator[Fragment]:
    """The word for how often right before those who did it, by how many rows of what they do belong to each."""
    sign = next((sign for marker, sign in _SIGNS.items() if scene.items[start].operator == marker), None)
    for table, more in counted(scene, start + 1) if sign else ():
        done = _done_by(table.table, scene)
        if sign and done is not None:
            of_each = RelatedTerm(table.table.id, MeasureTerm("count", done.id))
            effect = Filter(Condition(of_each, sign, (1,)))
            yield scene.fragment(start, start + 1, "repeaters", effect, *more)


def _done_by(owner: Table, scene: Scene) -> Table | None:
    """What rows of a table do: the table that points to it and has a time, one with something to add up first."""
    found = [
        table
        for table in scene.catalog.tables
        if table.id != owner.id
        and any(key.target == owner.id for key in table.foreign_keys)
        and moment_columns(table, scene.lexicon)
    ]
    return min(found, key=lambda table: not measure_columns(table, scene.lexicon), default=None)

"""How the persons of a table belong to what a question names: an order has a customer, but not always a salesperson."""

from __future__ import annotations

from dataclasses import dataclass

from agent.drafters.builtin.read.clues.persons import is_of_persons
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import path_between
from agent.records import Table
from agent.schema_index.joins import Join


@dataclass(frozen=True, slots=True)
class FromNamed:
    """By how many joins they are farther than the nearest persons, None if not joined; whether rows may lack them."""

    apart: int | None
    may_lack: bool


def from_named(table: Table, scene: Scene) -> FromNamed:
    """The way from what is named to the persons of a table."""
    persons = [scored.table for scored in scene.context.tables if is_of_persons(scored.table, scene.lexicon)]
    far = {other.id: min(map(len, paths)) for other in persons if (paths := _paths(other, scene))}
    apart = far[table.id] - min(far.values()) if table.id in far else None
    ways = _paths(table, scene)
    return FromNamed(apart, any(_may_lack(join, scene) for path in ways for join in path if join.right == table.id))


def _paths(table: Table, scene: Scene) -> list[tuple[Join, ...]]:
    """The ways to the table from what is named, other than persons."""
    named = [other for name in scene.tables if (other := scene.catalog.table(name)) and name != table.id]
    done = [other.id for other in named if not is_of_persons(other, scene.lexicon)]
    return [path for name in done if (path := path_between(scene.catalog, name, table.id))]


def _may_lack(join: Join, scene: Scene) -> bool:
    left = scene.catalog.table(join.left)
    columns = [left.column(name) for name in join.left_columns] if left else []
    return not join.fans_out and any(column is not None and column.nullable for column in columns)

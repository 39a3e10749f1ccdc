"""Columns in which many rows say something of each that is asked about: the ratings of a product."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Superlative
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import multiplies
from agent.drafters.builtin.schema.rows import find_column, is_intensive, is_numeric

# The words of a superlative that are sure to name what it points to.
_SURE = 2


def rated_columns(scene: Scene, operator: Superlative) -> Iterator[ColumnTerm]:
    """The columns that a superlative points to, of whose rows one of a table that is named has many."""
    items = [item for place, item in enumerate(scene.items) if scene.is_any(place, "T", "C")]
    named = {link.table.id for item in items for link in item.tables[:1]}
    named |= {link.table.id for item in items for link in item.columns[:1]}
    owners = {*named, *(table.id for table in list(scene.near_tables(0))[:1])}
    tables = [table for name in named if (table := scene.catalog.table(name))]
    # A product has a price of its own, whatever it was sold for.
    rated = any(find_column(table, operator.by[:_SURE], scene.lexicon) for table in tables)
    for other in scene.catalog.tables if operator.by and not rated else ():
        column = find_column(other, operator.by[:_SURE], scene.lexicon)
        if column is None or not is_numeric(column) or not is_intensive(column, scene.lexicon):
            continue
        if any(multiplies(scene.catalog, owner, other.id) for owner in owners):
            yield ColumnTerm(other.id, column.name)

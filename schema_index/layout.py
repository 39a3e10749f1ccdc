"""The entries of a catalog as rows of the arrays that ranking works with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.records import Catalog, Table
from agent.schema_index.per_catalog import per_catalog

Scores = NDArray[np.float32]
"""A score for each table, [tables]."""


@dataclass(frozen=True)
class Layout:
    """The tables in their order, the row of each id, the names of the schemas, and the number of each table's.

    `by_id` is the place of each table in the order of the ids.
    """

    tables: tuple[Table, ...]
    row_of: dict[str, int]
    schemas: tuple[str, ...]
    schema_of: NDArray[np.int64]
    by_id: NDArray[np.int64]

    def spread(self, by_schema: Scores) -> Scores:
        """The score of its schema for each table."""
        return by_schema[self.schema_of]


@per_catalog
def layout_of(catalog: Catalog) -> Layout:
    """The layout of a catalog, made once."""
    tables = catalog.entries
    schemas = {schema: n for n, schema in enumerate(dict.fromkeys(table.schema for table in tables))}
    return Layout(
        tables,
        {table.id: n for n, table in enumerate(tables)},
        tuple(schemas),
        np.array([schemas[table.schema] for table in tables], dtype=np.int64),
        np.argsort(np.argsort([table.id for table in tables], kind="stable")),
    )

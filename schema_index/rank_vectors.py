"""How near the documents of each table and schema are to a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from agent.schema_index.layout import Layout, Scores

if TYPE_CHECKING:
    from agent.schema_index.embed import Vectors
    from agent.schema_index.store import SchemaIndex

CANDIDATE_TABLES, CANDIDATE_COLUMNS, CANDIDATE_SCHEMAS = 100, 300, 100
# Of a schema, so many of the nearest columns are looked at together.
TOGETHER = 3

Near = list[tuple[str, str, float]]
"""Table ids, column names (empty for the table itself) and similarities, best first."""


def rank_vectors(
    vector: Vectors, index: SchemaIndex, layout: Layout, without: frozenset[str]
) -> tuple[dict[str, Scores], Near]:
    """Cosine similarities of each table to the vector of a question, [dimension], and what is near it, best first.

    What is not among the nearest is taken to be as near as the last of them.
    """
    scores: dict[str, Scores] = {}
    near: Near = []
    if "table vectors" not in without:
        tables = index.nearest_tables(vector, CANDIDATE_TABLES)
        scores["table"] = _best(tables, layout)
        near += [(table, "", score) for table, score in tables]
    if "column vectors" not in without:
        columns = index.nearest_columns(vector, CANDIDATE_COLUMNS)
        scores["column"] = _best(((table, score) for table, _, score in columns), layout)
        scores["schema_columns"] = layout.spread(_together(columns, layout))
        near += columns
    if "schema vectors" not in without and len(layout.schemas) > 1:
        scores["schema"] = layout.spread(_schemas(index.nearest_schemas(vector, CANDIDATE_SCHEMAS), layout))
    return scores, sorted(near, key=lambda each: -each[2])


def _best(found: Iterable[tuple[str, float]], layout: Layout) -> Scores:
    """The best similarity of each table; the least of all for those that were not found."""
    known = [(layout.row_of[table], score) for table, score in found if table in layout.row_of]
    scores = np.full(len(layout.tables), min((score for _, score in known), default=0.0), dtype=np.float32)
    for row, score in known:
        scores[row] = max(scores[row], score)
    return scores


def _together(columns: Iterable[tuple[str, str, float]], layout: Layout) -> Scores:
    """The mean of the best few columns of each schema."""
    by_schema: dict[int, list[float]] = defaultdict(list)
    least = 0.0
    for table, _, score in columns:
        if table in layout.row_of:
            by_schema[int(layout.schema_of[layout.row_of[table]])].append(score)
            least = score
    scores = np.full(len(layout.schemas), least, dtype=np.float32)
    for schema, found in by_schema.items():
        # They come best first.
        best = found[:TOGETHER] + [least] * (TOGETHER - len(found))
        scores[schema] = sum(best) / TOGETHER
    return scores


def _schemas(found: Iterable[tuple[str, float]], layout: Layout) -> Scores:
    similarity = dict(found)
    least = min(similarity.values(), default=0.0)
    return np.array([similarity.get(schema, least) for schema in layout.schemas], dtype=np.float32)

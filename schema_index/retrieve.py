"""The tables, columns and stored values that matter for a question, with reasons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.records import Catalog, Context, Evidence, Question, ScoredTable
from agent.schema_index.joins import join_tables
from agent.schema_index.rank import encode_question, rank_tables
from agent.schema_index.span_links import span_links
from agent.schema_index.tags import tagged

if TYPE_CHECKING:
    from agent.schema_index.store import SchemaIndex

# A schema of few tables, or of few characters, is given whole; a larger one is cut to the best tables that fit.
MAX_TABLES, MAX_CHARACTERS = 40, 20_000
# No more are looked at, whatever their size.
MOST = 1_000
# The tables that are held to be meant, and so must be joinable: of the first few, those that can be.
MEANT, CONSIDERED = 3, 5
# Tables that only a longer way joins are not held to be meant together.
FAR = 3.0
# A table whose score is a smaller part of the best one's, and of which nothing in the question speaks, is dropped
# from a schema that is not given whole.
FLOOR = 1e-6


def retrieve(question: Question, index: SchemaIndex, limit: int | None = None) -> Context:
    """The context of a question: tables best first, with stored values that occur in it.

    Without `limit` every table is returned where the schema is small, else the best that fit; either way the tables
    that join the first few are among them. Tags of the question leave out tables that bear none of them. Raises
    UsageError for a tag that nothing bears, and IndexingError when the index is damaged.
    """
    catalog = index.catalog
    within = tagged(catalog, question.tags) if question.tags else None
    encoded = encode_question(question.text, index)
    ranked = list(rank_tables(encoded, index, most=MOST if within is None else None))
    # Another process may have indexed values of a table that this catalog does not know yet.
    values = tuple(match for match in index.find_values(question.text) if catalog.table(match.table))
    if within is not None:
        ranked = [scored for scored in ranked if scored.table.id in within]
        values = tuple(match for match in values if match.table in within)
    size = _fitting(ranked) if limit is None else limit
    if size < len(ranked):
        ranked = [scored for scored in ranked if scored.score >= FLOOR or scored.reasons]
    tables = tuple(_joinable(catalog, ranked, size))
    near = span_links(question.text, [scored.table for scored in tables], index, values)
    return Context(question, catalog, tables, values, near)


def _fitting(ranked: list[ScoredTable]) -> int:
    """How many of the tables are given: all of a small schema, else as many as the budget holds."""
    size = 0
    for count, scored in enumerate(ranked):
        table = scored.table
        size += len(table.name) + sum(len(column.name) + len(column.type) + 4 for column in table.columns)
        if size > MAX_CHARACTERS:
            return max(count, 1) if len(ranked) > MAX_TABLES else len(ranked)
    return len(ranked)


def _joinable(catalog: Catalog, ranked: list[ScoredTable], size: int) -> list[ScoredTable]:
    """The first `size` tables, where tables that join the very first take the places of the last."""
    meant: list[str] = []
    bridges: list[str] = []
    for scored in ranked[: min(CONSIDERED, size)]:
        joins = join_tables(catalog, [*meant, scored.table.id], within=FAR)
        if joins is not None and len(meant) < MEANT:
            meant.append(scored.table.id)
            bridges = [join.right for join in joins if join.right not in meant]
    known = {scored.table.id: scored for scored in ranked}
    for bridge in bridges:
        if table := catalog.table(bridge):
            scored = known.get(bridge, ScoredTable(table, 0.0))
            reason = f"joins {' and '.join(meant)}"
            known[bridge] = replace(
                scored,
                reasons=(*scored.reasons, reason),
                evidence=(*scored.evidence, Evidence("join", "", "", 0.0)),
            )
    kept = dict.fromkeys([*meant, *bridges, *known])
    first = list(kept)[:size]
    return sorted(
        (known[table] for table in first if table in known), key=lambda scored: (-scored.score, scored.table.id)
    )

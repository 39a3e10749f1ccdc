"""The tables, columns and stored values that matter for a question, with reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from agent.records import Catalog, Context, Question, ScoredTable, Table, ValueMatch
from agent.schema_index.joins import join_tables

if TYPE_CHECKING:
    from agent.schema_index.store import SchemaIndex

# A whole schema within these bounds is given whole; above them, as many of the best tables as fit.
MAX_TABLES, MAX_CHARACTERS = 40, 20_000
CANDIDATE_TABLES, CANDIDATE_COLUMNS, CANDIDATE_NAMES = 50, 200, 200
# The tables that are held to be meant, and so must be joinable.
MEANT = 3
# Below this similarity a vector is no reason that a reader would accept.
CLOSE = 0.3
MAX_REASONS = 4
# An encoder cuts a longer text anyway.
MAX_QUESTION = 2_000
# Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009). Their constant of 60 is for long lists of
# documents; where a few tables are right, 10 finds more of them (measured on tables and questions of Spider).
RANK_CONSTANT = 10
# A table whose identifier stands in the question comes before all that is merely near.
IDENTIFIER_WEIGHT, COLUMN_WEIGHT = 4.0, 0.5


def retrieve(question: Question, index: SchemaIndex, limit: int | None = None) -> Context:
    """The context of a question: tables best first, with stored values that occur in it.

    Four rankings of tables (by their vectors, by their best column's vector, by names, by stored values) are
    fused by reciprocal rank, and an identifier that stands in the question counts above all of them. Without
    `limit` every table is returned where the schema is small, else the best that fit; either way the tables
    that join the first few are among them. Raises IndexingError when the index is damaged.
    """
    evidence = _Evidence()
    values = index.find_values(question.text)
    _by_names(evidence, index, question.text)
    _by_values(evidence, values)
    _by_vectors(evidence, index, question.text[:MAX_QUESTION])
    catalog = index.catalog
    ranked = sorted(catalog.tables, key=lambda table: (-evidence.scores[table.id], table.id))
    size = _fitting(ranked) if limit is None else limit
    chosen = _joinable(catalog, ranked, size, evidence)
    tables = (ScoredTable(t, evidence.scores[t.id], tuple(evidence.reasons[t.id][:MAX_REASONS])) for t in chosen)
    return Context(question, catalog, tuple(tables), values)


class _Evidence:
    """What speaks for each table: the fused score so far, and the reasons in words."""

    def __init__(self) -> None:
        self.scores: dict[str, float] = defaultdict(float)
        self.reasons: dict[str, list[str]] = defaultdict(list)

    def rank(self, tables: Iterable[str], weight: float = 1.0) -> None:
        for rank, table in enumerate(dict.fromkeys(tables), start=1):
            self.scores[table] += weight / (RANK_CONSTANT + rank)

    def explain(self, table: str, reason: str) -> None:
        if reason not in self.reasons[table]:
            self.reasons[table].append(reason)


def _by_names(evidence: _Evidence, index: SchemaIndex, question: str) -> None:
    exact = index.find_exact(question)
    for match in exact:
        what = f"column {match.column}" if match.column else "name"
        evidence.explain(match.table, f"{what} matches '{match.name}'")
    # A single plain word ("name", "orders") is no identifier yet: the ranking by names weighs it.
    whole = [match for match in exact if match.is_identifier]
    evidence.rank((match.table for match in whole if not match.column), IDENTIFIER_WEIGHT)
    evidence.rank((match.table for match in whole if match.column), COLUMN_WEIGHT)
    evidence.rank(match.table for match in index.find_names(question, CANDIDATE_NAMES))


def _by_values(evidence: _Evidence, values: tuple[ValueMatch, ...]) -> None:
    for match in values:
        evidence.explain(match.table, f"'{match.value}' is stored in {match.column}")
    evidence.rank(match.table for match in values)


def _by_vectors(evidence: _Evidence, index: SchemaIndex, question: str) -> None:
    vector = index.encoder.encode([question])[0]
    tables = index.nearest_tables(vector, CANDIDATE_TABLES)
    columns = index.nearest_columns(vector, CANDIDATE_COLUMNS)
    evidence.rank(table for table, _ in tables)
    evidence.rank(table for table, _, _ in columns)
    for table, similarity in tables:
        if similarity >= CLOSE:
            evidence.explain(table, f"table is close ({similarity:.2f})")
    for table, column, similarity in columns:
        if similarity >= CLOSE:
            evidence.explain(table, f"column {column} is close ({similarity:.2f})")


def _fitting(ranked: list[Table]) -> int:
    """How many of the tables are given: all of a small schema, else as many as the budget holds."""
    size = 0
    for count, table in enumerate(ranked):
        size += len(table.name) + sum(len(column.name) + len(column.type) + 4 for column in table.columns)
        if size > MAX_CHARACTERS:
            return max(count, 1) if len(ranked) > MAX_TABLES else len(ranked)
    return len(ranked)


def _joinable(catalog: Catalog, ranked: list[Table], size: int, evidence: _Evidence) -> list[Table]:
    """The first `size` tables, where tables that join the very first take the places of the last."""
    meant = [table.id for table in ranked[: min(MEANT, size)]]
    while len(meant) > 1 and (joins := join_tables(catalog, meant)) is None:
        meant.pop()
    bridges = [join.right for join in joins if join.right not in meant] if len(meant) > 1 and joins else []
    for bridge in bridges:
        evidence.explain(bridge, f"joins {' and '.join(meant)}")
    kept = dict.fromkeys([*meant, *bridges, *(table.id for table in ranked)])
    first = set(list(kept)[:size])
    return [table for table in ranked if table.id in first]

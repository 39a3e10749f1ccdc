"""From rows to an answer that says what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from agent.explain import explain
from agent.records import Answer, Catalog, CheckedQuery, Draft, Question, Result


def answer(
    question: Question, draft: Draft, query: CheckedQuery, catalog: Catalog, result: Result, elapsed: float
) -> Answer:
    """The answer to a question from its draft, the query that ran, and its rows; `elapsed` is in seconds."""
    return Answer(
        question=question.text,
        sql=query.sql,
        columns=result.columns,
        rows=result.rows,
        tables=query.tables,
        assumptions=(*draft.assumptions, *_left_out(query, catalog)),
        explanation=explain(query.sql, catalog),
        confidence=draft.confidence,
        truncated=result.truncated,
        elapsed=elapsed,
    )


def _left_out(query: CheckedQuery, catalog: Catalog) -> Iterator[str]:
    """That a table is one of several by date, where not all of them are read."""
    for name in query.tables:
        table = catalog.table(name)
        newest = catalog.table(table.shard_of) if table and table.shard_of else table
        if table is None or newest is None or not newest.shards:
            continue
        left_out = {newest.id, *newest.shards}.difference(query.tables)
        if left_out:
            yield f"{table.id} alone of the {len(newest.shards) + 1} tables {newest.pattern}"

"""From rows to an answer that says what it rests on."""

from __future__ import annotations

from agent.records import Answer, CheckedQuery, Draft, Question, Result


def answer(question: Question, draft: Draft, query: CheckedQuery, result: Result, elapsed: float) -> Answer:
    """The answer to a question from its draft, the query that ran, and its rows; `elapsed` is in seconds."""
    return Answer(
        question=question.text,
        sql=query.sql,
        columns=result.columns,
        rows=result.rows,
        tables=query.tables,
        assumptions=draft.assumptions,
        explanation=draft.explanation,
        confidence=draft.confidence,
        truncated=result.truncated,
        elapsed=elapsed,
    )

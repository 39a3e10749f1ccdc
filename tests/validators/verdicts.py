"""What the checker says of texts, in a form that can be compared between processes."""

from __future__ import annotations

from agent.validators import validate
from tests.validators.corpus import corpus

Verdicts = list[list[str]]


def verdicts(texts: list[tuple[str, str]]) -> Verdicts:
    """For each pair of a dialect and a text the SQL that passed, or the messages of the findings."""
    told = []
    for dialect, sql in texts:
        verdict = validate(sql, corpus(dialect).catalog)
        told.append([verdict.query.sql] if verdict.query else [finding.message for finding in verdict.findings])
    return told

"""What was found in earlier drafts, as text for the model that wrote them."""

from __future__ import annotations

from collections.abc import Sequence

from agent.prompts.loader import Template
from agent.prompts.outside import outside_block, outside_line
from agent.prompts.tokens import estimate_tokens
from agent.records import Attempt, Finding

MAX_SQL, MAX_FINDING, MAX_FINDINGS = 3_000, 300, 10


def repairs_text(template: Template, failed: Sequence[Attempt], budget: int) -> list[str]:
    """A text for each failed attempt, oldest first: the last one always, those before it while they fit."""
    told: list[str] = []
    for attempt in reversed(failed):
        sql = outside_block(attempt.draft.sql, MAX_SQL)
        findings = "\n".join(_finding(finding) for finding in attempt.findings[:MAX_FINDINGS])
        text = template.fill("repair", sql=sql, findings=findings)
        budget -= estimate_tokens(text) + 1
        if told and budget < 0:
            break
        told.insert(0, text)
    return told


def _finding(finding: Finding) -> str:
    hint = f" ({outside_line(finding.hint, MAX_FINDING)})" if finding.hint else ""
    return f"- {outside_line(finding.message, MAX_FINDING)}{hint}"

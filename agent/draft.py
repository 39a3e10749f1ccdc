"""From a context to SQL that passed the check, with a bounded number of repairs."""

from __future__ import annotations

from collections.abc import Callable, Generator

from agent.drafters import Drafter
from agent.errors import UnsafeError
from agent.records import Attempt, CheckedQuery, Context, Draft, Finding, Verdict

MAX_ATTEMPTS = 4
"""The first draft and at most three repairs."""

Check = Callable[[str], Verdict]


def draft(
    context: Context, drafter: Drafter, check: Check
) -> Generator[Draft | Verdict, None, tuple[Draft, CheckedQuery]]:
    """Draft, check, and hand findings back to the drafter, yielding each draft and verdict; returns what passed.

    Raises UnsafeError with the last findings when no draft passes, or the same SQL is drafted twice.
    """
    failed: tuple[Attempt, ...] = ()
    while True:
        candidate = drafter.draft(context, failed)
        yield candidate
        verdict = check(candidate.sql)
        yield verdict
        if verdict.query is not None:
            return candidate, verdict.query
        repeated = any(attempt.draft.sql == candidate.sql for attempt in failed)
        failed = (*failed, Attempt(candidate, verdict.findings))
        if repeated or len(failed) == MAX_ATTEMPTS:
            raise refusal(verdict.findings)


def refusal(findings: tuple[Finding, ...]) -> UnsafeError:
    """The error that says every finding in one line."""
    message = "; ".join(finding.message for finding in findings)
    hints = [finding.hint for finding in findings if finding.hint]
    return UnsafeError(message, hints[0] if hints else "")

"""From a context to SQL that passed the check, with a bounded number of repairs and a choice between close readings."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace

from agent.drafters import Drafter
from agent.errors import ChoiceError, UnsafeError, UsageError
from agent.records import Attempt, CheckedQuery, Context, Draft, Finding, Verdict

MAX_ATTEMPTS = 4
"""The first draft and at most three repairs."""

Check = Callable[[str], Verdict]

Choose = Callable[[tuple[Draft, ...]], Draft]
"""Given the drafts of several close readings, best first, returns the one that is meant."""


def refuse_to_choose(drafts: tuple[Draft, ...]) -> Draft:
    """Raises ChoiceError with what each draft reads the question as: which is meant is for the user to say."""
    raise ChoiceError(
        f"the question can be read in {len(drafts)} ways",
        tuple(draft.reading for draft in drafts),
        "say which in the question, or take the first with --yes",
    )


def take_first(drafts: tuple[Draft, ...]) -> Draft:
    """The first draft, less sure by the number of the others, with what else could be meant among its assumptions."""
    first, *others = drafts
    said = f"taken as: {first.reading}; it could also be: {', or '.join(other.reading for other in others)}"
    kept = tuple(assumption for assumption in first.assumptions if assumption not in first.reading.split(", "))
    return replace(first, assumptions=(said, *kept), confidence=round(first.confidence / len(drafts), 2))


def draft(
    context: Context, drafter: Drafter, check: Check, choose: Choose = refuse_to_choose
) -> Generator[Draft | Verdict, None, tuple[Draft, CheckedQuery]]:
    """Draft, check, and hand findings back to the drafter, yielding each draft and verdict; returns what passed.

    `choose` is asked where several readings of one draft pass; those that do not are no choice. The last draft
    and verdict that are yielded are those returned. Raises UnsafeError with the last findings when no draft
    passes, or the same SQL is drafted twice; and what `choose` raises.
    """
    failed: tuple[Attempt, ...] = ()
    while True:
        candidate = drafter.draft(context, failed)
        yield candidate
        verdict = check(candidate.sql)
        yield verdict
        verdicts = {candidate.sql: verdict} | {other.sql: check(other.sql) for other in candidate.alternatives}
        passed = tuple(reading for reading in (candidate, *candidate.alternatives) if verdicts[reading.sql].query)
        if passed:
            chosen = choose(passed) if len(passed) > 1 else passed[0]
            query = _query(chosen, verdicts)
            if chosen is not candidate:
                yield chosen
                yield verdicts[chosen.sql]
            return chosen, query
        repeated = any(attempt.draft.sql == candidate.sql for attempt in failed)
        failed = (*failed, Attempt(candidate, verdict.findings))
        if repeated or len(failed) == MAX_ATTEMPTS:
            raise refusal(verdict.findings)


def refusal(findings: tuple[Finding, ...]) -> UnsafeError:
    """The error that says every finding in one line."""
    message = "; ".join(finding.message for finding in findings)
    hints = [finding.hint for finding in findings if finding.hint]
    return UnsafeError(message, hints[0] if hints else "")


def _query(chosen: Draft, verdicts: dict[str, Verdict]) -> CheckedQuery:
    verdict = verdicts.get(chosen.sql)
    if verdict is None or verdict.query is None:
        raise UsageError("the draft that was chosen is none of those offered", "return one of the drafts given")
    return verdict.query

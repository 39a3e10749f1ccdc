"""From a context to SQL that passed the check, with a bounded number of repairs and a choice between close readings."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace

from agent.drafters import Drafter, Listen, unheard
from agent.errors import ChoiceError, UnsafeError, UsageError
from agent.records import Attempt, CheckedQuery, Context, Draft, Finding, Verdict
from agent.validators.same_words import words_of

MAX_REPAIRS = 3

Check = Callable[[str], Verdict]

Choose = Callable[[tuple[Draft, ...]], Draft]
"""Given the drafts of several close readings, best first, returns the one that is meant."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A draft that passed the check, its query, and the drafts before it that failed."""

    draft: Draft
    query: CheckedQuery
    failed: tuple[Attempt, ...] = ()


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
    context: Context,
    drafter: Drafter,
    check: Check,
    choose: Choose = refuse_to_choose,
    listen: Listen = unheard,
    *,
    failed: tuple[Attempt, ...] = (),
    repairs: int = MAX_REPAIRS,
) -> Generator[Draft | Verdict, None, Passed]:
    """Draft, check, and hand findings back to the drafter, yielding each draft and verdict; returns what passed.

    `choose` is asked where several readings of one draft pass; those that do not are no choice. The last draft
    and verdict that are yielded are those returned. `failed` are drafts that were made before, which count among the
    `repairs`. Raises UnsafeError with the last findings when no draft passes, or when one is drafted again that has
    failed, be it in other blanks or letters; and what `choose` and `listen` raise.
    """
    dialect = context.catalog.dialect
    while True:
        candidate = drafter.draft(context, failed, listen)
        yield candidate
        before = _before(candidate, failed, dialect)
        verdict = Verdict(None, before.findings) if before else check(candidate.sql)
        yield verdict
        verdicts = {candidate.sql: verdict} | {other.sql: check(other.sql) for other in candidate.alternatives}
        passed = tuple(reading for reading in (candidate, *candidate.alternatives) if verdicts[reading.sql].query)
        if passed:
            chosen = choose(passed) if len(passed) > 1 else passed[0]
            query = _query(chosen, verdicts)
            if chosen is not candidate:
                yield chosen
                yield verdicts[chosen.sql]
            return Passed(chosen, query, failed)
        failed = (*failed, Attempt(candidate, verdict.findings))
        if before or len(failed) > repairs:
            raise refusal(verdict.findings)


def refusal(findings: tuple[Finding, ...]) -> UnsafeError:
    """The error that says every finding in one line."""
    message = "; ".join(finding.message for finding in findings)
    hints = [finding.hint for finding in findings if finding.hint]
    return UnsafeError(message, hints[0] if hints else "")


def _before(candidate: Draft, failed: tuple[Attempt, ...], dialect: str) -> Attempt | None:
    """The attempt that had the same SQL, but for what does not matter."""
    if not failed:
        return None
    words = words_of(candidate.sql, dialect)
    return next((attempt for attempt in failed if words_of(attempt.draft.sql, dialect) == words), None)


def _query(chosen: Draft, verdicts: dict[str, Verdict]) -> CheckedQuery:
    verdict = verdicts.get(chosen.sql)
    if verdict is None or verdict.query is None:
        raise UsageError("the draft that was chosen is none of those offered", "return one of the drafts given")
    return verdict.query

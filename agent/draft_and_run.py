"""From a context to rows: what the engine says of a query while it runs goes back to the drafter too."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from agent.draft import MAX_REPAIRS, Check, Choose, draft, refuse_to_choose
from agent.drafters import Drafter, Listen, unheard
from agent.errors import RefusedError, StatementError
from agent.records import Attempt, CheckedQuery, Context, Draft, Finding, Result, Verdict

RULE = "execute"

Run = Callable[[CheckedQuery], Result]


@dataclass(frozen=True, slots=True)
class Ran:
    """A draft with its query, the rows of it, and how many drafts failed before."""

    draft: Draft
    query: CheckedQuery
    result: Result
    repairs: int = 0


def draft_and_run(
    context: Context,
    drafter: Drafter,
    check: Check,
    run: Run,
    choose: Choose = refuse_to_choose,
    listen: Listen = unheard,
    *,
    repairs: int = MAX_REPAIRS,
) -> Generator[Draft | Verdict | Result, None, Ran]:
    """Draft until a draft passes the check and runs, yielding each draft, verdict and result; returns what ran.

    A query that the engine refuses while it runs has a second verdict, with what the engine says. Raises what `draft`
    and `run` raise, and StatementError when the engine refused a query and nothing better is drafted.
    """
    failed: tuple[Attempt, ...] = ()
    refused: StatementError | None = None
    while True:
        try:
            passed = yield from draft(context, drafter, check, choose, listen, failed=failed, repairs=repairs)
        except RefusedError:
            if refused is not None:
                # What the engine said of a query that had passed says more than how its repair failed.
                raise refused from None
            raise
        try:
            result = run(passed.query)
        except StatementError as error:
            refused = error
        else:
            yield result
            return Ran(passed.draft, passed.query, result, len(passed.failed))
        verdict = Verdict(None, (Finding(RULE, refused.message, refused.hint),))
        yield verdict
        failed = (*passed.failed, Attempt(passed.draft, verdict.findings))
        if len(failed) > repairs:
            raise refused

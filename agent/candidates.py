"""Several drafts of one question, of which the rows that most of them give are taken."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from agent.draft import Check, Choose, take_first
from agent.draft_and_run import Ran, Run, draft_and_run
from agent.drafters import Drafter, Listen, Varying, unheard
from agent.errors import AgentError, LimitError, ModelError, NoSQLError, NotUnderstoodError, StatementError, UnsafeError
from agent.records import CheckedQuery, Context, Draft, Result, Verdict
from agent.same_rows import same_rows


@dataclass(frozen=True, slots=True)
class Elected:
    """What ran and was taken: `agreeing` of `drafts` gave its rows; the others gave other rows, or none at all."""

    ran: Ran
    agreeing: int = 1
    drafts: int = 1


def candidates(
    context: Context,
    drafter: Drafter,
    others: Sequence[Drafter],
    check: Check,
    run: Run,
    choose: Choose,
    listen: Listen = unheard,
) -> Generator[Draft | Verdict | Result, None, Elected]:
    """Draft with each drafter, run what passes, and take the rows on which most agree; yields each step of it.

    The first draft may be repaired; the `others` have one try each, and no close readings are put to the user. The
    last draft, verdict and result that are yielded are those taken. Where as many agree on other rows, some rows go
    before none, and earlier drafters before later ones. A model that declines says something of the question, and a
    drafter without one says only what it cannot read. Raises what `draft_and_run` raises when the first drafter's
    model does not answer, nothing runs, or more models decline than drafts agree.
    """
    run_once = _once(run)
    ran: list[Ran] = []
    failures: list[AgentError] = []
    declined: list[AgentError] = []
    unread: list[AgentError] = []
    last: Ran | None = None
    for number, each in enumerate((drafter, *others)):
        last = None
        steps = (
            draft_and_run(context, each, check, run_once, take_first, listen, repairs=0)
            if number
            else draft_and_run(context, each, check, run_once, choose, listen)
        )
        try:
            last = yield from steps
        except NotUnderstoodError as error:
            (declined if isinstance(each, Varying) else unread).append(error)
        except (UnsafeError, StatementError, LimitError, NoSQLError) as error:
            failures.append(error)
        except ModelError as error:
            if not number:
                raise
            failures.append(error)
        else:
            ran.append(last)
    agreed = max(_groups(ran), key=lambda group: (len(group), bool(group[0].result.rows)), default=[])
    if len(declined) > len(agreed) or not agreed:
        raise (*declined, *failures, *unread)[0]
    taken = agreed[0]
    if taken is not last:
        yield taken.draft
        yield Verdict(taken.query)
        yield taken.result
    return Elected(taken, len(agreed), len(ran) + len(failures) + len(declined))


def _once(run: Run) -> Run:
    """The same, which runs each query once, also where it was refused or stopped at a limit."""
    outcomes: dict[str, Result | StatementError | LimitError] = {}

    def known(query: CheckedQuery) -> Result:
        if query.sql not in outcomes:
            try:
                outcomes[query.sql] = run(query)
            except (StatementError, LimitError) as error:
                outcomes[query.sql] = error
        outcome = outcomes[query.sql]
        if isinstance(outcome, Result):
            return outcome
        raise outcome

    return known


def _groups(ran: Sequence[Ran]) -> list[list[Ran]]:
    """What gives the same rows, in the order in which it ran."""
    groups: list[list[Ran]] = []
    for each in ran:
        for group in groups:
            if same_rows(group[0].result.rows, each.result.rows, ordered=False):
                group.append(each)
                break
        else:
            groups.append([each])
    return groups

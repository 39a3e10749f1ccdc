"""What an engine says of a query while it runs goes back to the drafter."""

from __future__ import annotations

from functools import partial

import pytest

from agent import Agent
from agent.draft_and_run import Ran, draft_and_run
from agent.drafters import Listen, unheard
from agent.errors import LimitError, NotUnderstoodError, StatementError
from agent.execute import execute
from agent.records import Attempt, CheckedQuery, Context, Draft, Limits, Result, Verdict

# It can be compiled, and fails at the first row.
FAILS = "SELECT abs(-9223372036854775808) FROM customers"
FAILS_TOO = "SELECT name, abs(-9223372036854775808) FROM customers"
GOOD = "SELECT count(*) FROM customers"


class Scripted:
    """Drafts what is queued, and then declines."""

    name = "scripted"

    def __init__(self, *queue: str) -> None:
        self._queue = list(queue)
        self.told: list[tuple[Attempt, ...]] = []

    def draft(self, context: Context, failed: tuple[Attempt, ...] = (), listen: Listen = unheard) -> Draft:
        self.told.append(failed)
        if not self._queue:
            raise NotUnderstoodError("no more")
        return Draft(self._queue.pop(0), self.name, 0.5)


@pytest.fixture(scope="module")
def context(shop: Agent) -> Context:
    context = next(shop.steps("how many customers"))
    assert isinstance(context, Context)
    return context


def steps_of(
    shop: Agent, context: Context, drafter: Scripted, limits: Limits | None = None
) -> tuple[list[Draft | Verdict | Result], Ran | None]:
    run = partial(execute, connection=shop._connection, limits=limits or shop.limits)
    flow, steps = draft_and_run(context, drafter, shop.check, run), []
    while True:
        try:
            steps.append(next(flow))
        except StopIteration as end:
            return steps, end.value


def test_an_error_while_it_runs_is_repaired(shop: Agent, context: Context) -> None:
    drafter = Scripted(FAILS, GOOD)

    steps, ran = steps_of(shop, context, drafter)

    assert [type(step) for step in steps] == [Draft, Verdict, Verdict, Draft, Verdict, Result]
    assert ran is not None
    assert (ran.repairs, ran.result) == (1, steps[-1])
    (attempt,) = drafter.told[1]
    assert attempt.draft.sql == FAILS
    assert "integer overflow" in attempt.findings[0].message
    assert steps[2] == Verdict(None, attempt.findings)


def test_such_errors_count_among_the_three_repairs(shop: Agent, context: Context) -> None:
    drafter = Scripted(FAILS, "SELECT wrong FROM customers", FAILS_TOO, "SELECT wrong, name FROM customers", GOOD)

    with pytest.raises(StatementError, match="integer overflow"):
        steps_of(shop, context, drafter)

    assert len(drafter.told) == 4


def test_a_query_that_failed_is_not_run_again(shop: Agent, context: Context) -> None:
    ran: list[str] = []

    def run(query: CheckedQuery) -> Result:
        ran.append(query.sql)
        return execute(query, shop._connection, shop.limits)

    drafter = Scripted(FAILS, FAILS.lower().replace(" from", "\n  FROM"), GOOD)
    with pytest.raises(StatementError, match="integer overflow"):
        list(draft_and_run(context, drafter, shop.check, run))

    assert len(ran) == 1
    assert len(drafter.told) == 2


def test_a_drafter_that_knows_nothing_better_leaves_the_error(shop: Agent, context: Context) -> None:
    with pytest.raises(StatementError, match="integer overflow"):
        steps_of(shop, context, Scripted(FAILS))


def test_a_query_that_takes_too_long_is_not_drafted_again(shop: Agent, context: Context) -> None:
    drafter = Scripted("SELECT count(*) FROM orders a, orders b, orders c WHERE a.id + b.id = c.id", GOOD)
    slow = Limits(seconds=0.2, plan_rows=None)

    def check(sql: str) -> Verdict:
        return Verdict(CheckedQuery(sql, "sqlite", ()))

    with pytest.raises(LimitError, match="ran longer"):
        list(draft_and_run(context, drafter, check, partial(execute, connection=shop._connection, limits=slow)))

    assert len(drafter.told) == 1

"""Ask the engine about a checked query before it runs."""

from __future__ import annotations

from agent.dialects import Connection, Heed, heedless
from agent.records import CheckedQuery, Finding, Limits, Plan, Verdict

RULE = "estimate"


def estimate(query: CheckedQuery, connection: Connection, limits: Limits, heed: Heed = heedless) -> Verdict:
    """Pass the query on, or say why it should be drafted anew: the engine cannot compile it, or it is too large.

    Nothing is run. Raises LimitError and DatabaseError when the engine cannot answer at all.
    """
    plan = connection.plan(query.sql, limits, heed)
    if isinstance(plan, str):
        return Verdict(None, (Finding(RULE, f"{connection.dialect} cannot run it: {plan}"),))
    findings = (*_too_many_rows(plan, limits), *_too_costly(plan, limits))
    return Verdict(None, findings) if findings else Verdict(query)


def _too_many_rows(plan: Plan, limits: Limits) -> tuple[Finding, ...]:
    if plan.rows is None or limits.plan_rows is None or plan.rows <= limits.plan_rows:
        return ()
    message = f"it goes through about {_large(plan.rows)} rows at once, and {_large(limits.plan_rows)} are the most"
    return (Finding(RULE, message, "narrow it by date, join on keys, or raise the setting max_plan_rows"),)


def _too_costly(plan: Plan, limits: Limits) -> tuple[Finding, ...]:
    if plan.cost is None or limits.plan_cost is None or plan.cost <= limits.plan_cost:
        return ()
    message = f"the engine expects it to cost {_large(plan.cost)}, and {_large(limits.plan_cost)} is the most"
    return (Finding(RULE, message, "narrow it by date, join on keys, or raise the setting max_plan_cost"),)


def _large(number: float) -> str:
    return f"{number:,.0f}" if number < 1e15 else f"{number:.1e}"

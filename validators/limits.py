"""Bounds on how much work a query can ask for by its shape alone."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from agent.records import Finding
from agent.validators.resolve import lower
from agent.validators.source import Source

# A calendar of days over 27 years, or any hierarchy of people.
MAX_RECURSION = 10_000
# One cross join spreads a table over a list; two multiply without measure.
MAX_UNJOINED = 1


def limits(source: Source) -> Iterator[Finding]:
    """Refuse recursion without a LIMIT, and relations that are joined by no condition."""
    if source.tree is None:
        return
    for with_ in source.tree.find_all(exp.With):
        yield from _recursion(with_)
    unjoined = sum(_unjoined(scope) for scope in source.resolution.scopes)
    if unjoined > MAX_UNJOINED:
        yield _finding(
            f"{unjoined} relations are joined to the others by no condition; at most {MAX_UNJOINED} may be",
            "give every JOIN an ON condition between its tables",
        )


def _recursion(with_: exp.With) -> Iterator[Finding]:
    names = [lower(cte.alias) for cte in with_.expressions]
    for position, cte in enumerate(with_.expressions):
        read = {lower(table.name) for table in cte.this.find_all(exp.Table) if not table.args.get("db")}
        if read & set(names[position + 1 :]):
            yield _finding(f"{cte.alias} reads a WITH query that is defined after it", "define it before its first use")
        if names[position] in read and not (with_.args.get("recursive") and _is_bounded(cte.this)):
            yield _finding(
                f"{cte.alias} reads itself without a bound",
                f"use WITH RECURSIVE and end its UNION with LIMIT {MAX_RECURSION} or less, without OFFSET",
            )


def _is_bounded(query: exp.Expr) -> bool:
    limit = query.args.get("limit")
    if not isinstance(query, exp.Union) or query.args.get("offset") or not isinstance(limit, exp.Limit):
        return False
    count = limit.expression
    return isinstance(count, exp.Literal) and count.is_int and int(count.name) <= MAX_RECURSION


def _unjoined(scope: Scope) -> int:
    """How many relations of the scope no predicate connects with the others; those of one row are free."""
    if not isinstance(scope.expression, exp.Select):
        return 0
    groups = [{name} for name, (_, source) in scope.selected_sources.items() if not _is_one_row(source)]
    for predicate in _predicates(scope.expression):
        tables = {column.table for column in predicate.find_all(exp.Column)}
        touched = [group for group in groups if group & tables]
        if len(touched) > 1:
            groups = [group for group in groups if not group & tables] + [set().union(*touched)]
    return max(0, len(groups) - 1)


def _predicates(select: exp.Select) -> Iterator[exp.Expr]:
    clauses = [join.args.get("on") for join in select.args.get("joins") or []]
    if where := select.args.get("where"):
        clauses.append(where.this)
    for clause in clauses:
        if clause is not None:
            condition = clause.unnest()
            yield from condition.flatten() if isinstance(condition, exp.And) else [condition]


def _is_one_row(source: exp.Table | Scope) -> bool:
    """Whether the relation is a query that gives one row: aggregates without groups, or LIMIT 1."""
    query = source.expression if isinstance(source, Scope) else None
    if not isinstance(query, exp.Select):
        return False
    limit = query.args.get("limit")
    if limit is not None and limit.expression == exp.Literal.number(1):
        return True
    if query.args.get("group") is not None:
        return False
    return not query.args.get("from_") or any(
        _aggregates(call, query) for projection in query.selects for call in projection.find_all(exp.AggFunc)
    )


def _aggregates(call: exp.AggFunc, query: exp.Select) -> bool:
    """Whether the call folds the rows of this query, and not those of a window or of an inner query."""
    return call.find_ancestor(exp.Window, exp.Select) is query


def _finding(message: str, hint: str) -> Finding:
    return Finding("limits", message, hint)

"""Bounds on how much work a query can ask for by its shape alone."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from agent.records import Finding
from agent.validators.data import words
from agent.validators.grammar import Grammar
from agent.validators.recursion import hint, is_bounded
from agent.validators.resolve import cte_name
from agent.validators.source import Source

# One cross join spreads a table over a list; two multiply without measure.
MAX_UNJOINED = 1


def limits(source: Source) -> Iterator[Finding]:
    """Refuse recursion without a bound, and relations that are joined by no condition."""
    if source.tree is None:
        return
    for with_ in source.tree.find_all(exp.With):
        yield from _recursion(with_, source.grammar)
    unjoined = sum(_unjoined(scope) for scope in source.resolution.scopes)
    if unjoined > MAX_UNJOINED:
        yield _finding(
            f"{unjoined} relations are joined to the others by no condition; at most {MAX_UNJOINED} may be",
            "give every JOIN an ON condition between its tables",
        )


def _recursion(with_: exp.With, grammar: Grammar) -> Iterator[Finding]:
    names = [cte_name(cte, grammar) for cte in with_.expressions]
    for position, cte in enumerate(with_.expressions):
        read = {
            grammar.compared(table.this)
            for table in cte.this.find_all(exp.Table)
            if not table.args.get("db") and isinstance(table.this, exp.Identifier)
        }
        if read & set(names[position + 1 :]):
            yield _finding(f"{cte.alias} reads a WITH query that is defined after it", "define it before its first use")
        if names[position] in read and not (with_.args.get("recursive") and is_bounded(cte, grammar)):
            yield _finding(f"{cte.alias} reads itself without a bound", hint(grammar))


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
        _aggregates(call, query) for projection in query.selects for call in projection.find_all(exp.Anonymous)
    )


def _aggregates(call: exp.Anonymous, query: exp.Select) -> bool:
    """Whether the call folds the rows of this query, and not those of a window or of an inner query."""
    name = call.name.lower()
    # With more than one argument, these compare values in SQLite.
    is_scalar = name in ("min", "max") and len(call.expressions) != 1
    return name in words("aggregates.txt") and not is_scalar and call.find_ancestor(exp.Window, exp.Select) is query


def _finding(message: str, hint: str) -> Finding:
    return Finding("limits", message, hint)

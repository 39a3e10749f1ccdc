"""Which relations of a SELECT a predicate joins, and how firmly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, walk_in_scope

OUTER = ""
"""Stands for all relations of the queries around."""

# These find one row for each, whatever their condition says.
_ROW_BY_ROW = ("ASOF", "POSITIONAL")


@dataclass(frozen=True)
class Link:
    """Two relations or more that a predicate compares; `firm` where one side equals the other."""

    names: frozenset[str]
    firm: bool


def links(scope: Scope) -> Iterator[Link]:
    """The links between the relations of a SELECT, whose qualified columns name their relations."""
    own = frozenset(scope.selected_sources)
    select = scope.expression
    clauses = []
    for join in select.args.get("joins") or ():
        clauses.append(join.args.get("on"))
        if join.args.get("method") in _ROW_BY_ROW:
            yield Link(frozenset((join.alias_or_name, *list(own)[:1])), firm=True)
    if where := select.args.get("where"):
        clauses.append(where.this)
    for clause in clauses:
        if clause is not None:
            yield from _links(clause, own)


def _links(predicate: exp.Expr, own: frozenset[str]) -> Iterator[Link]:
    condition = predicate.unnest()
    if isinstance(condition, exp.And):
        for part in condition.flatten():
            yield from _links(part, own)
    elif isinstance(condition, exp.Or):
        yield from _either([list(_links(part, own)) for part in condition.flatten()])
    elif pairs := _pairs(condition):
        for pair in pairs:
            yield from _compared(*pair, own)
    elif len(names := _names(condition, own)) > 1:
        yield Link(names, firm=False)


def _either(branches: list[list[Link]]) -> Iterator[Link]:
    """What any of the branches joins: only what all of them do."""
    firsts, *others = branches
    for link in firsts:
        if all(any(link.names <= other.names for other in branch) for branch in others):
            firm = link.firm and all(any(link == other for other in branch) for branch in others)
            yield Link(link.names, firm)


def _pairs(condition: exp.Expr) -> list[tuple[exp.Expr, exp.Expr]]:
    """The expressions that are set equal."""
    if isinstance(condition, exp.EQ | exp.NullSafeEQ):
        left, right = condition.this, condition.expression
        if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
            return list(zip(left.expressions, right.expressions, strict=False))
        return [(left, right)]
    # Beside a literal, IN is an OR that may hold for every row.
    if (
        isinstance(condition, exp.In)
        and condition.expressions
        and all(p.find(exp.Column) for p in condition.expressions)
    ):
        return [(condition.this, exp.Tuple(expressions=[part.copy() for part in condition.expressions]))]
    return []


def _compared(left: exp.Expr, right: exp.Expr, own: frozenset[str]) -> Iterator[Link]:
    sides = _names(left, own), _names(right, own)
    names = sides[0] | sides[1]
    if len(names) > 1:
        # A truth has two values, and a sum over two tables says nothing of either.
        is_truth = any(isinstance(side.unnest(), exp.Predicate) for side in (left, right))
        firm = all(len(side) == 1 for side in sides) and not is_truth
        yield Link(names, firm)


def _names(expression: exp.Expr, own: frozenset[str]) -> frozenset[str]:
    tables = (node.table for node in walk_in_scope(expression) if isinstance(node, exp.Column))
    return frozenset(table if table in own else OUTER for table in tables if table)

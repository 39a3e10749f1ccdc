"""A condition in SQL, over a term and values that are written already."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from agent.drafters.builtin.compose.text_pattern import TEXT_OPERATORS, text_pattern
from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.question.dates import Window

_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    ">": exp.GT,
    ">=": exp.GTE,
    "<": exp.LT,
    "<=": exp.LTE,
}


def predicate(
    condition: Condition, term: exp.Expr, values: Sequence[exp.Expr], nullable: bool, dialect: str
) -> exp.Expr:
    """The condition; `nullable` says that its term may be missing, which is none of the values and has no text.

    `values` are those of the condition but for windows; a subquery among many is that of `in`.
    """
    if condition.operator == "in" and len(values) != 1:
        found: exp.Expr = exp.In(this=term, expressions=list(values))
    elif condition.operator == "in" and isinstance(values[0], exp.Subquery):
        found = exp.In(this=term, query=values[0])
    elif condition.operator == "in":
        found = exp.EQ(this=term, expression=values[0])
    elif condition.operator in TEXT_OPERATORS:
        found = text_pattern(term, condition.operator, str(condition.values[0]), dialect)
    else:
        found = _compared(condition, term, values)
        return exp.not_(found) if condition.negated else found
    return _none_of(found, term, nullable) if condition.negated else found


def _compared(condition: Condition, term: exp.Expr, values: Sequence[exp.Expr]) -> exp.Expr:
    match condition.operator:
        case "null":
            return exp.Is(this=term, expression=exp.Null())
        case "window":
            return _window(term, condition)
        case "between":
            return exp.Between(this=term, low=values[0], high=values[1])
        case _:
            return _COMPARISONS[condition.operator](this=term, expression=values[0])


def _none_of(found: exp.Expr, term: exp.Expr, nullable: bool) -> exp.Expr:
    is_one = isinstance(found, exp.EQ)
    none = exp.NEQ(this=found.this, expression=found.expression) if is_one else exp.not_(found)
    missing = exp.Is(this=term.copy(), expression=exp.Null())
    return exp.paren(exp.or_(none, missing)) if nullable else none


def _window(term: exp.Expr, condition: Condition) -> exp.Expr:
    """Half open, so that the last day is whole whether the column holds dates or times."""
    (window,) = condition.values
    parts: list[exp.Expr] = []
    if isinstance(window, Window) and window.start:
        parts.append(exp.GTE(this=term, expression=exp.Literal.string(window.start.isoformat())))
    if isinstance(window, Window) and window.end:
        parts.append(exp.LT(this=term.copy(), expression=exp.Literal.string(window.end.isoformat())))
    return exp.and_(*parts)

"""A condition of a query in plain words: "order total is over 500 and there are no returns"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from sqlglot import exp

from agent.explain.periods import day_of, period
from agent.explain.scope import Scope, all_of
from agent.wording import listed

_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "is",
    exp.NEQ: "is not",
    exp.GT: "is over",
    exp.GTE: "is at least",
    exp.LT: "is under",
    exp.LTE: "is at most",
    exp.NullSafeEQ: "is",
    exp.NullSafeNEQ: "is not",
    exp.RegexpLike: "matches",
    exp.Glob: "matches",
}
_OF_DATES: dict[type[exp.Expr], str] = {
    exp.EQ: "is",
    exp.NEQ: "is not",
    exp.GT: "is after",
    exp.GTE: "is from {} on",
    exp.LT: "is before",
    exp.LTE: "is up to",
}
_TURNED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.EQ,
    exp.NEQ: exp.NEQ,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
}
_NULL_SAFE: dict[type[exp.Expr], str] = {exp.NullSafeEQ: "missing", exp.NullSafeNEQ: "known"}
_CONSTANTS = (exp.Literal, exp.Neg, exp.Boolean, exp.Null)
_NOT_PLAIN = ("group", "having", "limit", "offset", "distinct", "with_")


def condition(node: exp.Expr, scope: Scope) -> str:
    """What must hold, in words, or as SQL where there are none for it."""
    return listed(conditions(list(all_of(node)), scope))


def conditions(parts: Sequence[exp.Expr], scope: Scope) -> list[str]:
    """Conditions that must all hold, in words; the two ends of a stretch of days are said as one."""
    said = []
    for first in _spans(parts, scope):
        text = first if isinstance(first, str) else _one(first, scope)
        said.append(_apart(text) if len(parts) > 1 else text)
    return said


def _apart(text: str) -> str:
    """A condition among others, in parentheses where what follows would read as part of it."""
    return f"({text})" if " where " in text and not text.startswith("(") else text


def _spans(parts: Sequence[exp.Expr], scope: Scope) -> Iterator[exp.Expr | str]:
    """The conditions, in which a day to begin with and a day to end before are one, in words."""
    ends = {scope.text(part.this): part for part in parts if isinstance(part, exp.LT) and _day(part.expression)}
    pairs = {}
    for part in parts:
        end = ends.get(scope.text(part.this)) if isinstance(part, exp.GTE) else None
        first, last = _day(part.expression) if end else None, _day(end.expression) if end else None
        if end and first and last and first < last:
            pairs[id(part)] = (end, period(first, last))
    said = {id(end) for end, _ in pairs.values()}
    for part in parts:
        if id(part) in pairs:
            yield f"{scope.voice.term(part.this, scope)} is {pairs[id(part)][1]}"
        elif id(part) not in said:
            yield part


def _one(node: exp.Expr, scope: Scope, negated: bool = False) -> str:
    if say := _WORDS.get(type(node)):
        return say(node, scope, negated)
    if negated:
        return f"not ({condition(node, scope)})"
    if type(node) in _COMPARISONS:
        return _compared(node, scope)
    return scope.text(node) if isinstance(node, exp.Predicate) else f"{scope.voice.term(node, scope)} is true"


def _all(node: exp.Expr, scope: Scope, negated: bool) -> str:
    return f"not ({condition(node, scope)})" if negated else condition(node, scope)


def _paren(node: exp.Expr, scope: Scope, negated: bool) -> str:
    if negated or not isinstance(node.this, exp.Connector):
        return _one(node.this, scope, negated)
    return f"({condition(node.this, scope)})"


def _not(node: exp.Expr, scope: Scope, negated: bool) -> str:
    return _one(node.this, scope, not negated)


def _any(node: exp.Expr, scope: Scope, negated: bool) -> str:
    if negated:
        return f"not ({_any(node, scope, False)})"
    parts: list[exp.Expr] = []
    rest = node
    while isinstance(rest, exp.Or):
        parts.append(rest.expression)
        rest = rest.this
    said = []
    for part in [rest, *reversed(parts)]:
        text = condition(part, scope)
        said.append(f"({text})" if isinstance(part.unnest(), exp.And) else _apart(text))
    return listed(said, "or")


def _xor(node: exp.Expr, scope: Scope, negated: bool) -> str:
    text = f"either {condition(node.this, scope)} or {condition(node.expression, scope)}, not both"
    return f"not ({text})" if negated else text


def _is(node: exp.Expr, scope: Scope, negated: bool) -> str:
    said, value = scope.voice.term(node.this, scope), node.expression
    negated = negated is not bool(node.args.get("negate"))
    if isinstance(value, exp.Null):
        return f"{said} is {'known' if negated else 'missing'}"
    if isinstance(value, exp.Boolean):
        # Not the same as "is false" where it may be missing.
        return f"not ({_true(said, bool(value.this))})" if negated else _true(said, bool(value.this))
    return f"{said} is {'not ' if negated else ''}{_value(value, scope)}"


def _holds(node: exp.Expr, scope: Scope, negated: bool) -> str:
    return _true(scope.voice.term(node, scope), not negated)


def _compared(node: exp.Expr, scope: Scope) -> str:
    left, right, how = node.this, node.expression, type(node)
    if isinstance(left, _CONSTANTS) and not isinstance(right, _CONSTANTS) and how in _TURNED:
        left, right, how = right, left, _TURNED[how]
    said = scope.voice.term(left, scope)
    kind = scope.kind(left)
    if kind == "boolean" and how in {exp.EQ, exp.NEQ} and right.is_number and right.name in {"0", "1"}:
        right = exp.Boolean(this=right.name == "1")
    if isinstance(right, exp.Boolean) and how in {exp.EQ, exp.NEQ}:
        return _true(said, bool(right.this) == (how is exp.EQ))
    if how in _NULL_SAFE and isinstance(right, exp.Null):
        return f"{said} is {_NULL_SAFE[how]}"
    if how in _OF_DATES and (_day(right) or kind in {"date", "datetime"}):
        value = _moment(right, scope, is_exact=kind == "datetime" and how not in {exp.GTE, exp.LT})
        words = _OF_DATES[how]
        return f"{said} {words.format(value) if '{}' in words else f'{words} {value}'}"
    return f"{said} {_COMPARISONS[how]} {_value(right, scope)}"


def _true(said: str, holds: bool) -> str:
    """That something holds or not: "customer newsletter is true", and of is_discontinued "product is discontinued"."""
    before, verb, after = f" {said}".partition(" is ")
    if not verb:
        return f"{said} is {str(holds).lower()}"
    return f"{before} is {'' if holds else 'not '}{after}".strip()


def _between(node: exp.Expr, scope: Scope, negated: bool) -> str:
    said, verb = scope.voice.term(node.this, scope), "is not" if negated else "is"
    low, high = node.args["low"], node.args["high"]
    if node.args.get("symmetric"):
        return f"{said} {verb} between {_value(low, scope)} and {_value(high, scope)}, in either order"
    first, last = _day(low), _day(high)
    kind = scope.kind(node.this)
    # Of a column that may hold a time of day, the last day is not meant as a whole.
    is_of_days = kind == "date" or not isinstance(node.this, exp.Column)
    if first and last and is_of_days and first <= last:
        return f"{said} {verb} {period(first, last + timedelta(days=1))}"
    if kind == "datetime":
        return f"{said} {verb} between {_moment(low, scope, is_exact=False)} and {_moment(high, scope, is_exact=True)}"
    return f"{said} {verb} between {_value(low, scope)} and {_value(high, scope)}"


def _day(node: exp.Expr) -> date | None:
    inner = node.this if isinstance(node, exp.Cast) else node
    return day_of(inner.name) if isinstance(inner, exp.Literal) and inner.is_string else None


def _moment(node: exp.Expr, scope: Scope, is_exact: bool) -> str:
    """A value on a scale of time; where it is exact, a day stands for its first moment."""
    day = _day(node)
    return f"{day} 00:00" if day and is_exact else str(day) if day else _value(node, scope)


def _value(node: exp.Expr, scope: Scope) -> str:
    """What something is compared with."""
    said = scope.voice.term(node, scope)
    return said if not isinstance(node.unnest(), exp.Query) or said.startswith(("the ", "(")) else f"the {said}"


def _in(node: exp.Expr, scope: Scope, negated: bool) -> str:
    query = node.args.get("query")
    if query is None and len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Subquery):
        query = node.expressions[0]
    said = scope.voice.term(node.this, scope)
    if query is None:
        values = [scope.voice.term(value, scope) for value in node.expressions]
        if not values:
            return scope.text(exp.Not(this=node.copy()) if negated else node)
        if negated and len(values) == 2:
            return f"{said} is neither {values[0]} nor {values[1]}"
        if negated and len(values) > 2:
            return f"{said} is none of {listed(values, 'or')}"
        return f"{said} is {'not ' if negated else ''}{listed(values, 'or')}"
    inner = query.unnest()
    if _is_plain(inner) and len(inner.expressions) == 1:
        within = scope.of(inner)
        pair = exp.EQ(this=node.this.copy(), expression=inner.expressions[0].unalias().copy())
        link = _link_in(pair, scope, within)
        if link:
            return _exists(inner, scope, negated, is_owned=True)
    return f"{said} is {'not ' if negated else ''}among ({scope.voice.query(inner, scope)})"


def _link_in(pair: exp.EQ, scope: Scope, within: Scope) -> bool:
    """Whether the rows of the inner query belong by its key to those of the outer one."""
    outer, inner = scope.table_column(pair.this), within.table_column(pair.expression)
    if not outer or not inner or outer[0] is inner[0]:
        return False
    target = within.target(pair.expression)
    return target is outer[0] and outer[0].primary_key == (outer[1],)


def _is_plain(query: exp.Expr) -> bool:
    return isinstance(query, exp.Select) and not any(query.args.get(part) for part in _NOT_PLAIN if part != "distinct")


def _is_outside(column: exp.Column, scope: Scope) -> bool:
    found = scope.find(column)
    return found is not None and found[1] is not scope


def _exists(query: exp.Expr, scope: Scope, negated: bool, is_owned: bool = False) -> str:
    """That a query gives a row; `is_owned` says that its rows belong to those of the query around it."""
    inner = query.unnest()
    if not _is_plain(inner) or not isinstance(inner, exp.Select) or not inner.args.get("from_"):
        return f"there {'is no' if negated else 'is a'} row of ({scope.voice.query(inner, scope)})"
    within = scope.of(inner)
    said = where(inner, within)
    first, *others = (
        within.rows(relation) if relation.table else f"rows of ({relation.told})" for relation in within.relations
    )
    text = f"there are {'no ' if negated else ''}{first}"
    if not is_owned and not any(_is_outside(column, within) for column in inner.find_all(exp.Column)):
        text += " at all"
    if others:
        text += f" with {listed(others)}"
    if said:
        text += f" where {said[0]}" if len(said) == 1 else f" where ({listed(said)})"
    return text


def where(select: exp.Select, scope: Scope, is_said: Callable[[exp.Expr], bool] = lambda part: False) -> list[str]:
    """The conditions on the rows of a SELECT, those of its inner joins too, without the keys that join its tables.

    Those of which `is_said` is true are left out, as being said in another way.
    """
    parts: list[exp.Expr] = []
    for join in select.args.get("joins") or ():
        if not join.side and join.kind not in {"SEMI", "ANTI"}:
            parts += all_of(join.args.get("on"))
    if node := select.args.get("where"):
        parts += all_of(node.this)
    return conditions([part for part in parts if not scope.link(part) and not is_said(part)], scope)


def _like(node: exp.Expr, scope: Scope, negated: bool) -> str:
    escape = node.expression.name if isinstance(node, exp.Escape) else ""
    like = node.this if isinstance(node, exp.Escape) else node
    if like.args.get("negate"):
        negated = not negated
    said, pattern = scope.voice.term(like.this, scope), like.expression
    text = pattern.name if isinstance(pattern, exp.Literal) else ""
    plain = text.strip("%")
    if not text or not plain or any(sign in plain for sign in ("%", "_", "\\")) or (escape and escape in plain):
        value = scope.voice.term(pattern, scope)
        return f"{said} {'does not match' if negated else 'matches'} {value}"
    starts, ends = not text.startswith("%"), not text.endswith("%")
    verbs = {
        (True, True): ("is", "is not"),
        (True, False): ("starts with", "does not start with"),
        (False, True): ("ends with", "does not end with"),
        (False, False): ("contains", "does not contain"),
    }
    return f"{said} {verbs[starts, ends][negated]} '{plain}'"


_WORDS: dict[type[exp.Expr], Callable[[exp.Expr, Scope, bool], str]] = {
    exp.Paren: _paren,
    exp.Not: _not,
    exp.And: _all,
    exp.Or: _any,
    exp.Xor: _xor,
    exp.Is: _is,
    exp.Between: _between,
    exp.In: _in,
    exp.Exists: lambda node, scope, negated: _exists(node.this, scope, negated),
    exp.Like: _like,
    exp.ILike: _like,
    exp.Escape: _like,
    exp.Column: _holds,
    exp.Boolean: lambda node, scope, negated: "always" if bool(node.this) is not negated else "never",
}

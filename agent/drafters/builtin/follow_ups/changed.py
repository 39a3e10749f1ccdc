"""What a follow-up changed of the question before it, in words."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.compose.text_pattern import TEXT_OPERATORS
from agent.drafters.builtin.query.query import (
    AllColumns,
    AnyOf,
    BucketTerm,
    ColumnTerm,
    Condition,
    Difference,
    Exists,
    MeasureTerm,
    Query,
    Rate,
    Ratio,
    Share,
    Term,
    Value,
)
from agent.wording import listed

_FUNCTIONS = {"count": "number of different", "sum": "sum of", "avg": "average of", "min": "lowest", "max": "highest"}


def changed(before: Query, after: Query) -> str:
    """One phrase: "as before, but customers.country is Germany"; "as before" where nothing differs."""
    return f"as before, but {listed(said)}" if (said := list(_differences(before, after))) else "as before"


def _differences(before: Query, after: Query) -> Iterator[str]:
    were, are = _flat(before.where), _flat(after.where)
    for part in are:
        if part not in were:
            yield _condition(part)
    about = [_about(part) for part in are]
    for part in were:
        if _about(part) not in about:
            yield f"not only where {_condition(part)}"
    for part in after.having:
        if part not in before.having:
            yield _condition(part)
    if set(after.group_by) != set(before.group_by):
        groups = [_term(term) for term in after.group_by if term in after.select] or [_term(t) for t in after.group_by]
        yield f"by {listed(groups)}" if groups else "not grouped"
    shown = [term for term in after.select if term not in after.group_by]
    if shown and set(shown) != {term for term in before.select if term not in before.group_by}:
        yield f"showing {listed([_term(term) for term in shown])}"
    if after.order_by and after.order_by != before.order_by:
        key = after.order_by[0]
        yield f"in order of {_term(key.term)}, {'highest' if key.descending else 'lowest'} first"
    if after.limit != before.limit:
        yield "all of them" if after.limit is None else f"the first {after.limit}" if after.limit > 1 else "the first"


def _flat(where: tuple[Condition | AnyOf | Exists, ...]) -> list[Condition | AnyOf | Exists]:
    """The conditions, with those on rows that must be there as if these were joined."""
    found: list[Condition | AnyOf | Exists] = []
    for part in where:
        is_there = isinstance(part, Exists) and not part.negated and bool(part.conditions)
        found += part.conditions if is_there and isinstance(part, Exists) else [part]
    return found


def _about(part: Condition | AnyOf | Exists) -> object:
    """What a condition says something of."""
    return (
        part.term if isinstance(part, Condition) else (part.table, part.negated) if isinstance(part, Exists) else part
    )


def _condition(part: Condition | AnyOf | Exists) -> str:
    if isinstance(part, AnyOf):
        return listed([_condition(inner) for inner in part.conditions], "or")
    if isinstance(part, Exists):
        where = listed([_condition(inner) for inner in part.conditions])
        return f"there is {'no' if part.negated else 'a'} row of {part.table}{where and f' where {where}'}"
    said = listed([_value(value) for value in part.values], "or")
    no = "not " if part.negated else ""
    match part.operator:
        case "in" | "=" | "window":
            return f"{_term(part.term)} is {no}{said}"
        case "null":
            return f"{_term(part.term)} is {'known' if part.negated else 'missing'}"
        case "between":
            return f"{_term(part.term)} is {no}between {listed([_value(value) for value in part.values])}"
        case operator if operator in TEXT_OPERATORS:
            return f"{_term(part.term)} {'does not ' if part.negated else ''}{operator} {said}"
    return f"{_term(part.term)} {no}{part.operator} {said}"


def _value(value: Value) -> str:
    if isinstance(value, Query):
        return f"the {listed([_term(term) for term in value.select])}"
    return _term(value) if isinstance(value, ColumnTerm) else str(value)


def _term(term: Term) -> str:
    match term:
        case ColumnTerm():
            return f"{term.table}.{term.column}"
        case BucketTerm():
            return f"{term.unit} of {_term(term.column)}"
        case AllColumns():
            return f"all of {term.table}"
        case Share():
            return f"the share of the {_term(term.measure)}"
        case Rate():
            return f"the share of {term.table}"
        case Ratio():
            return f"the average {_term(term.left)}"
        case Difference():
            return f"{_term(term.left)} less {_term(term.right)}"
        case MeasureTerm():
            return f"{_FUNCTIONS[term.function]} {_term(term.column)}" if term.column else f"number of {term.table}"
    return _term(term.measure)

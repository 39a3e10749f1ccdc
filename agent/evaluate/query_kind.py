"""What kind of query it is, so that figures can be told apart by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

JOINED = ("no table", "1 table", "2 tables", "3 or more tables")
PLAIN, UNREAD = "none of these three", "not read by the parser"


@dataclass(frozen=True, slots=True)
class QueryKind:
    """The names of all kinds that the query is of, and whether its rows come in an order of its own."""

    names: tuple[str, ...]
    is_ordered: bool = False


def query_kind(sql: str, dialect: str) -> QueryKind:
    """The kind of a query: how many tables its widest part joins, and whether it aggregates, nests or combines sets.

    A query that the parser cannot read is of the kind `not read by the parser`, and of no order.
    """
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    try:
        tree = parse_one(sql, dialect=dialect)
    except (SqlglotError, RecursionError):
        return QueryKind((UNREAD,))
    selects = list(tree.find_all(exp.Select))
    widest = max((_joined(select) for select in selects), default=0)
    more = []
    if tree.find(exp.AggFunc, exp.Group):
        more.append("aggregation")
    if any(_is_nested(select) for select in selects):
        more.append("nesting")
    if tree.find(exp.SetOperation):
        more.append("set operation")
    top = tree.unnest()
    return QueryKind(
        (JOINED[min(widest, 3)], *(more or [PLAIN])), bool(tree.args.get("order") or top.args.get("order"))
    )


def _joined(select: exp.Select) -> int:
    return bool(select.args.get("from_")) + len(select.args.get("joins") or ())


def _is_nested(select: exp.Select) -> bool:
    """Whether it stands within another one, and is not just a part of a set operation."""
    from sqlglot import exp

    outside = select.parent
    while isinstance(outside, exp.Subquery | exp.SetOperation):
        outside = outside.parent
    return outside is not None

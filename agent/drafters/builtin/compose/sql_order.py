"""The order of rows, with missing values where every engine puts them alike."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from agent.drafters.builtin.compose.nullable import may_be_missing
from agent.drafters.builtin.query.query import Ordering
from agent.records import Catalog


def sql_order(key: Ordering, by: exp.Expr, catalog: Catalog, dialect: str) -> exp.Ordered:
    """Missing values as the smallest in every engine, which is said only where there may be some."""
    by_default = {
        "nulls_are_small": not key.descending,
        "nulls_are_large": key.descending,
        "nulls_are_last": False,
    }[str(Dialect.get_or_raise(dialect).NULL_ORDERING)]
    nulls_first = not key.descending if may_be_missing(key.term, catalog) else by_default
    return exp.Ordered(this=by, desc=key.descending, nulls_first=nulls_first)

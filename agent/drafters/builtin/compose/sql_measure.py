"""Measures in SQL: aggregates, one less another, and one divided by another."""

from __future__ import annotations

from sqlglot import exp

from agent.drafters.builtin.compose.nullable import column_of
from agent.drafters.builtin.compose.sql_names import SqlNames
from agent.drafters.builtin.query.query import ColumnTerm, Difference, MeasureTerm, Ratio, UnitCount
from agent.errors import NotUnderstoodError
from agent.records import Catalog

_FUNCTIONS: dict[str, type[exp.AggFunc]] = {
    "count": exp.Count,
    "sum": exp.Sum,
    "avg": exp.Avg,
    "min": exp.Min,
    "max": exp.Max,
}
# Engines that round the average of whole numbers, or cut it.
_COARSE_AVERAGES = frozenset({"mysql", "tsql"})


def sql_measure(term: MeasureTerm | Difference | Ratio, catalog: Catalog, names: SqlNames, dialect: str) -> exp.Expr:
    """An aggregate, or the difference or the ratio of two; the difference of dates is in days.

    Raises NotUnderstoodError where the different rows of a table without a key of one column are to be counted.
    """
    if isinstance(term, MeasureTerm):
        return _aggregate(term, catalog, names, dialect)
    if isinstance(term.right, UnitCount):
        raise TypeError("a number of calendar units is written where their rows are cut to them")
    left, right = (_aggregate(part, catalog, names, dialect) for part in (term.left, term.right))
    if isinstance(term, Ratio):
        return quotient(left, right)
    if _is_date(term.left, catalog) and _is_date(term.right, catalog):
        return exp.DateDiff(this=left, expression=right, unit=exp.var("DAY"))
    return exp.Sub(this=left, expression=right)


def quotient(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """One number divided by another, with its fraction; of nothing there is none."""
    some = exp.Nullif(this=right, expression=exp.Literal.number(0))
    return exp.Div(this=exp.cast(left, exp.DType.DOUBLE), expression=some, typed=True)


def _aggregate(term: MeasureTerm, catalog: Catalog, names: SqlNames, dialect: str) -> exp.AggFunc:
    column = column_of(term.column, catalog) if term.column else None
    over: exp.Expr = exp.Star()
    if term.column:
        over = names.column(term.column)
    elif term.distinct:
        over = names.column(_key(term, catalog))
    if term.function == "avg" and column is not None and column.kind == "integer" and dialect in _COARSE_AVERAGES:
        over = exp.cast(over, exp.DType.DOUBLE)
    return _FUNCTIONS[term.function](this=exp.Distinct(expressions=[over]) if term.distinct else over)


def _key(term: MeasureTerm, catalog: Catalog) -> ColumnTerm:
    table = catalog.table(term.table)
    if table is None or len(table.primary_key) != 1:
        raise NotUnderstoodError(
            f"the different rows of {term.table} cannot be counted: it has no key of one column",
            "ask for the different values of one of its columns",
        )
    return ColumnTerm(table.id, table.primary_key[0])


def _is_date(term: MeasureTerm, catalog: Catalog) -> bool:
    column = column_of(term.column, catalog) if term.column else None
    return column is not None and column.kind in {"date", "datetime"} and term.function in {"min", "max"}

"""Whether a value may be missing."""

from __future__ import annotations

from agent.drafters.builtin.query.query import (
    AllColumns,
    BucketTerm,
    ColumnTerm,
    Difference,
    MeasureTerm,
    Rate,
    Ratio,
    RelatedTerm,
    Share,
    Term,
)
from agent.records import Catalog, Column


def may_be_missing(term: Term, catalog: Catalog) -> bool:
    """Whether a term may have no value in a row: a nullable column, or a measure of such a column or of no rows."""
    match term:
        case ColumnTerm():
            table, column = catalog.table(term.table), column_of(term, catalog)
            is_key = table is not None and column is not None and table.primary_key == (column.name,)
            return column is not None and column.nullable and not is_key
        case BucketTerm():
            return may_be_missing(term.column, catalog)
        case MeasureTerm(function="count") | AllColumns():
            return False
        case MeasureTerm():
            return term.column is not None and may_be_missing(term.column, catalog)
        case RelatedTerm():
            return term.measure.function not in {"count", "sum"}
        case Share() | Ratio() | Rate():
            # There may be nothing that it is a share of.
            return True
        case Difference():
            return may_be_missing(term.left, catalog) or may_be_missing(term.right, catalog)


def column_of(term: ColumnTerm, catalog: Catalog) -> Column | None:
    """The catalog's column of a term, or None."""
    table = catalog.table(term.table)
    return table.column(term.column) if table else None

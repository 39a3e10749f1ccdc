"""Measures that a join would multiply: taken from a finer table instead, or declined."""

from __future__ import annotations

from collections.abc import Sequence

from agent.drafters.builtin.query import (
    BucketTerm,
    ColumnTerm,
    Condition,
    Exists,
    MeasureTerm,
    Query,
    RelatedTerm,
    Term,
)
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.schema import fans_out, is_connected, is_numeric
from agent.drafters.builtin.tokens import stems
from agent.errors import NotUnderstoodError
from agent.records import Catalog, Column, Table
from agent.schema_index.words import humanise


def without_fan_out(
    reading: Reading, measure: MeasureTerm, groups: Sequence[Term], where: Sequence[Condition | Exists]
) -> MeasureTerm:
    """A measure that neither groups nor conditions multiply or split.

    Order totals by product would count an order once for every line, and order totals of one category would count
    its other lines too; the column of the finer table that shares a measure word with the one named ("line_total")
    is taken instead, where it is added up.
    """
    split = [home(term) for term in groups]
    if measure.column is not None and measure.function == "sum":
        # The part of a total that meets a condition is not the total of what has a part that meets it.
        split += [
            inner.term.table
            for part in where
            if isinstance(part, Exists) and part.owner == measure.table and not part.negated
            for inner in part.conditions
            if inner.operator != "window"
        ]
    multiplied = [table for table in split if fans_out(reading.catalog, measure.table, table)]
    if not multiplied:
        return measure
    finer = _finer_table(reading.catalog, measure.table, multiplied)
    if measure.column is None:
        return _count_split(reading, measure, finer, multiplied[0])
    column = _same_measure(reading, measure.column, finer) if measure.function == "sum" else None
    if finer is None or column is None:
        raise NotUnderstoodError(
            f"{measure.table}.{measure.column.column} cannot be split by {multiplied[0]}: one row of"
            f" {measure.table} belongs to many of {multiplied[0]}",
            "name a column of the table in between",
        )
    reading.assume(f"{measure.table}.{measure.column.column} split by {multiplied[0]} = {finer.id}.{column.name}", 0.1)
    return MeasureTerm("sum", finer.id, ColumnTerm(finer.id, column.name))


def require_no_fan_out(query: Query, catalog: Catalog) -> None:
    """Refuse a query in which a join would give a row of the measured table more than once."""
    if not any(isinstance(term, MeasureTerm) for term in query.select):
        return
    for term in (*query.select, *query.group_by):
        distinct = isinstance(term, MeasureTerm) and term.distinct
        if not distinct and fans_out(catalog, query.root, home(term)):
            raise NotUnderstoodError(
                f"one row of {query.root} has many of {home(term)}, and would count many times",
                "ask for one of them, or count the table in between",
            )


def home(term: Term) -> str:
    """The table that a term needs in FROM."""
    if isinstance(term, RelatedTerm):
        return term.owner
    if isinstance(term, MeasureTerm) and term.column:
        return term.column.table
    return term.column.table if isinstance(term, BucketTerm) else term.table


def _count_split(reading: Reading, measure: MeasureTerm, finer: Table | None, group: str) -> MeasureTerm:
    """Orders by product: the different orders among the lines of each product."""
    table = reading.catalog.table(measure.table)
    if finer is None or table is None or len(table.primary_key) != 1:
        raise NotUnderstoodError(
            f"{measure.table} cannot be counted by {group}: one row of {measure.table} belongs to many of {group}",
            "count the table in between",
        )
    return MeasureTerm("count", finer.id, ColumnTerm(table.id, table.primary_key[0]), distinct=True)


def _same_measure(reading: Reading, column: ColumnTerm, finer: Table | None) -> Column | None:
    words = set(stems(humanise(column.column))) & set(reading.lexicon.measures)
    columns = finer.columns if finer else ()
    return next((own for own in columns if is_numeric(own) and words & set(stems(humanise(own.name)))), None)


def _finer_table(catalog: Catalog, coarse: str, groups: Sequence[str]) -> Table | None:
    """The table in between, of which one row belongs to one row of each."""
    for table in catalog.tables:
        others = [coarse, *groups]
        linked = all(is_connected(catalog, table.id, other) for other in others)
        if table.id != coarse and linked and not any(fans_out(catalog, table.id, other) for other in others):
            return table
    return None

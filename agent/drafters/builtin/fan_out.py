"""Measures that the groups would multiply, taken from a finer table instead."""

from __future__ import annotations

from agent.drafters.builtin.query import BucketTerm, ColumnTerm, MeasureTerm, Term
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.schema import fans_out, is_connected, is_numeric
from agent.drafters.builtin.tokens import stems
from agent.errors import NotUnderstoodError
from agent.records import Table
from agent.schema_index.describe import humanise


def without_fan_out(reading: Reading, measure: MeasureTerm, groups: list[Term]) -> MeasureTerm:
    """A measure that the groups do not multiply.

    Order totals by product would count an order once for every line; the column of the finer table that shares a
    word with the one named ("line_total") is taken instead.
    """
    tables = {_table_of(term) for term in groups}
    multiplied = [table for table in tables if fans_out(reading.catalog, measure.table, table)]
    if not multiplied:
        return measure
    if measure.column is None:
        return _count_split(reading, measure, multiplied[0])
    finer = _finer_table(reading, measure.table, multiplied[0])
    measures = set(reading.lexicon.measures)
    words = set(stems(humanise(measure.column.column))) & measures
    same = next(
        (
            column
            for column in (finer.columns if finer else ())
            if is_numeric(column) and words & set(stems(humanise(column.name)))
        ),
        None,
    )
    if finer is None or same is None:
        raise NotUnderstoodError(
            f"{measure.column.table}.{measure.column.column} cannot be split by {multiplied[0]}: one row of"
            f" {measure.column.table} belongs to many of {multiplied[0]}",
            "name a column of the table in between",
        )
    term = ColumnTerm(finer.id, same.name)
    reading.assume(
        f"{measure.column.table}.{measure.column.column} split by {multiplied[0]} = {finer.id}.{same.name}",
        0.1,
    )
    return MeasureTerm(measure.function, finer.id, term)


def _count_split(reading: Reading, measure: MeasureTerm, group: str) -> MeasureTerm:
    """Orders by product: the different orders among the lines of each product."""
    finer = _finer_table(reading, measure.table, group)
    key = _key_towards(finer, measure.table) if finer else None
    if finer is None or key is None:
        raise NotUnderstoodError(
            f"{measure.table} cannot be counted by {group}: one row of {measure.table} belongs to many of {group}",
            "count the table in between",
        )
    return MeasureTerm("count", finer.id, key, distinct=True)


def _finer_table(reading: Reading, coarse: str, group: str) -> Table | None:
    """The table between the two of which one row belongs to one row of each."""
    for table in reading.catalog.tables:
        towards = [fans_out(reading.catalog, table.id, other) for other in (coarse, group)]
        linked = all(is_connected(reading.catalog, table.id, other) for other in (coarse, group))
        if table.id not in {coarse, group} and linked and not any(towards):
            return table
    return None


def _key_towards(table: Table, target: str) -> ColumnTerm | None:
    for key in table.foreign_keys:
        if key.target.lower() == target.lower():
            return ColumnTerm(table.id, key.columns[0])
    return None


def _table_of(term: Term) -> str:
    return term.column.table if isinstance(term, BucketTerm) else term.table

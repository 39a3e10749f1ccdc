"""The headings of what a query shows."""

from __future__ import annotations

from collections.abc import Iterable

from agent.drafters.builtin.compose.place import Place
from agent.drafters.builtin.query import (
    BucketTerm,
    ColumnTerm,
    Difference,
    MeasureTerm,
    Ratio,
    RelatedTerm,
    Share,
    Term,
)
from agent.schema_index.words import singular


def headings(terms: Iterable[Term]) -> dict[Term, str]:
    """A heading for every term that has no good name of its own; empty where the column's name will do."""
    terms = list(terms)
    names = [term.column for term in terms if isinstance(term, ColumnTerm)]
    found: dict[Term, str] = {}
    for term in terms:
        if isinstance(term, MeasureTerm | RelatedTerm | Difference | Ratio | Share):
            heading = _computed_heading(term)
            found[term] = heading if heading not in found.values() else f"{heading}_{len(found)}"
        elif isinstance(term, ColumnTerm) and (term.less or term.times):
            found[term] = f"{term.column}_{'less' if term.less else 'times'}_{term.less or term.times}"
        elif isinstance(term, BucketTerm):
            found[term] = term.unit
        elif isinstance(term, ColumnTerm) and names.count(term.column) > 1:
            heading = f"{Place(term.table, term.via).role or singular(term.table.split('.')[-1])}_{term.column}"
            with_schema = f"{singular(term.table.replace('.', '_'))}_{term.column}"
            found[term] = heading if heading not in found.values() else with_schema
        else:
            found[term] = ""
    return found


def _computed_heading(term: MeasureTerm | RelatedTerm | Difference | Ratio | Share) -> str:
    if isinstance(term, Share):
        return f"{_measure_heading(term.measure)}_{'percent' if term.percent else 'share'}"
    if isinstance(term, Ratio):
        return f"{_measure_heading(term.left)}_average"
    if isinstance(term, Difference):
        same = term.left.column is not None and term.left.column == term.right.column
        return f"{term.left.column.column}_difference" if same and term.left.column else "difference"
    return _measure_heading(term if isinstance(term, MeasureTerm) else term.measure)


def _measure_heading(term: MeasureTerm) -> str:
    table = singular(term.table.split(".")[-1])
    if term.column is None:
        return f"{table}_count"
    column = term.column.column + ("_difference" if term.column.less else "_value" if term.column.times else "")
    if term.function == "count" and column == "id":
        return f"{singular(term.column.table.split('.')[-1])}_count"
    if term.function == "sum":
        return column if "total" in column else f"total_{column}"
    prefix = {"avg": "average", "min": "lowest", "max": "highest", "count": "distinct"}[term.function]
    return f"{prefix}_{column}"

"""The headings of what a query shows."""

from __future__ import annotations

from collections.abc import Iterable

from agent.drafters.builtin.compose.place import Place
from agent.drafters.builtin.query.query import (
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
from agent.schema_index.words import singular

# How the names of dates end.
_DATES = ("_at", "_on", "date", "time", "day")


def headings(terms: Iterable[Term]) -> dict[Term, str]:
    """A heading for every term that has no good name of its own; empty where the column's name will do."""
    terms = list(terms)
    names = [term.column for term in terms if isinstance(term, ColumnTerm)]
    found: dict[Term, str] = {}
    for term in terms:
        if isinstance(term, MeasureTerm | RelatedTerm | Difference | Ratio | Share | Rate):
            heading = _computed_heading(term)
            found[term] = heading if heading not in found.values() else f"{heading}_{len(found)}"
        elif isinstance(term, ColumnTerm) and _is_time(term):
            found[term] = f"days_from_{term.less}_to_{term.column}"
        elif isinstance(term, ColumnTerm) and (term.less or term.times):
            found[term] = "_".join([term.column, *_computed_words(term)])
        elif isinstance(term, BucketTerm):
            found[term] = term.unit
        elif isinstance(term, ColumnTerm) and names.count(term.column) > 1:
            heading = f"{Place(term.table, term.via).role or singular(term.table.split('.')[-1])}_{term.column}"
            with_schema = f"{singular(term.table.replace('.', '_'))}_{term.column}"
            found[term] = heading if heading not in found.values() else with_schema
        else:
            found[term] = ""
    return found


def _is_time(term: ColumnTerm) -> bool:
    """Whether a term is the time from one date to another, by what the two are called."""
    names = (term.column, term.less)
    return bool(term.less) and not term.times and all(name.casefold().endswith(_DATES) for name in names)


def _computed_words(term: ColumnTerm) -> list[str]:
    less = ["less", term.less] if term.less else []
    return [*less, "times", term.times] if term.times else less


def _computed_heading(term: MeasureTerm | RelatedTerm | Difference | Ratio | Share | Rate) -> str:
    if isinstance(term, Rate):
        return f"{singular(term.table.split('.')[-1])}_percent"
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
    if term.column.less and term.column.times:
        column = "profit"
    if term.function == "count" and column == "id":
        return f"{singular(term.column.table.split('.')[-1])}_count"
    if term.function == "sum":
        return column if "total" in column else f"total_{column}"
    if _is_time(term.column):
        column = "days"
    prefix = {"avg": "average", "min": "lowest", "max": "highest", "count": "distinct"}[term.function]
    return f"{prefix}_{column}"

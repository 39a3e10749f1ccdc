"""What follows from a cover beyond its query: parts of a total, averages of counts, one row, or so many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.drafters.builtin.assemble.parts import Impossible
from agent.drafters.builtin.assemble.rates import conditional_rate, rated
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import (
    AllColumns,
    BucketTerm,
    ColumnTerm,
    Condition,
    MeasureTerm,
    Ordering,
    Query,
    Ratio,
    Share,
    Term,
    UnitCount,
)
from agent.drafters.builtin.read.effects import AsRate, AsShare, Cut, ForEach, Fragment, Nth, OverUnits


def finished(query: Query, fragments: Sequence[Fragment]) -> Query:
    """The query with its measures as shares or averages and its rows cut, where a fragment says so.

    Raises Impossible where nothing is measured that a share or an average could be of, or no row comes first.
    """
    for fragment in fragments:
        match fragment.effect:
            case Cut(limit) if query.limit is None:
                query = replace(query, limit=limit)
            case AsShare(percent):
                rate = conditional_rate(query, fragments)
                query = _with_some(with_shares(query, percent), Share) if rate is None else rate
            case AsRate():
                query = rated(query, fragment.effect)
            case ForEach(measure, key):
                query = _with_some(_averaged(query, measure, key), Ratio)
            case OverUnits():
                query = _over_units(query)
            case Nth(place):
                if query.limit != 1 or not query.order_by:
                    raise Impossible
                query = replace(query, offset=place - 1)
    return _by_calendar(query)


def _by_calendar(query: Query) -> Query:
    """The query with its months, weeks or days one after the other, where nothing says another order."""
    units = [term for term in query.group_by if isinstance(term, BucketTerm) and term in query.select]
    if query.order_by or query.limit is not None or query.combined is not None or not units:
        return query
    return replace(query, order_by=(Ordering(units[0], descending=False),))


def _with_some(query: Query, kind: type[Share | Ratio]) -> Query:
    if not any(isinstance(term, kind) for term in query.select):
        raise Impossible
    return query


def _averaged(query: Query, measure: MeasureTerm, key: ColumnTerm) -> Query:
    """The query with a count divided by the number of the different rows that it is counted for."""
    ratio = Ratio(measure, MeasureTerm("count", key.table, key, distinct=True))
    order = tuple(replace(part, term=ratio) if part.term == measure else part for part in query.order_by)
    return replace(query, select=tuple(ratio if term == measure else term for term in query.select), order_by=order)


def _over_units(query: Query) -> Query:
    """The query with what is measured for each unit divided by the number of units.

    Raises Impossible where not one measure is shown for each unit of one date.
    """
    measures = [term for term in query.select if isinstance(term, MeasureTerm) and term.function in {"count", "sum"}]
    units = [term for term in query.group_by if isinstance(term, BucketTerm)]
    if len(units) != 1 or len(measures) != 1 or query.having or query.limit is not None:
        raise Impossible
    (unit,), (measure,) = units, measures
    ratio = Ratio(measure, UnitCount(unit.column, unit.unit))
    select = tuple(ratio if term == measure else term for term in query.select if term != unit)
    order = tuple(key for key in query.order_by if key.term != unit)
    groups = tuple(term for term in query.group_by if term != unit)
    return replace(query, select=select, group_by=groups, order_by=order)


def with_shares(query: Query, percent: bool = False) -> Query:
    """The query with each count and sum as a part of that of all groups; without groups, of all rows of the time."""
    return replace(query, select=tuple(_share(term, query, percent) for term in query.select))


def _share(term: Term, query: Query, percent: bool) -> Term:
    if not isinstance(term, MeasureTerm) or term.function not in {"count", "sum"}:
        return term
    where = query.where
    if not query.group_by:
        where = tuple(part for part in where if isinstance(part, Condition) and part.operator == "window")
        if len(where) == len(query.where):
            # All of them are all of them.
            raise Impossible
    # A row without a partner where the groups are is in no group.
    tables = [home(key) for key in query.group_by if not isinstance(key, AllColumns)]
    joined = tuple(dict.fromkeys(table for table in (*query.joined, *tables) if table != query.root))
    return Share(term, Query(query.root, (term,), where, joined=joined), percent)

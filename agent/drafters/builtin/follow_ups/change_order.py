"""An order, or how much of it is shown."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.follow_ups.kept import ORDERS, Kept
from agent.drafters.builtin.query.query import ColumnTerm, MeasureTerm
from agent.drafters.builtin.read.effects import Cut, Fragment, Measure, OrderShown, Rank, RankCount


def change_order(change: Fragment, effect: Rank | RankCount | OrderShown | Cut, kept: Kept) -> None:
    """An order replaces that of before, as many rows are shown; "top 3" alone keeps it, "bottom 3" turns it round."""
    before = kept.order
    if isinstance(effect, Cut) and kept.measures and not kept.query.group_by:
        # There is one row.
        return
    made: Rank | RankCount | OrderShown | Cut = effect
    if isinstance(effect, Cut):
        made = replace(before, limit=effect.limit) if before else effect
    elif isinstance(effect, RankCount) and effect.table is None:
        made = _cut(effect, kept)
    elif isinstance(effect, OrderShown):
        made = replace(before, descending=effect.descending) if before else effect
    else:
        by = _by_measure(effect, kept) if isinstance(effect, Rank) and kept.query.group_by else effect
        made = replace(by, limit=before.limit) if before is not None and by.limit is None else by
    kept.put(replace(change, effect=made), kept.old(*ORDERS))


def _cut(said: RankCount, kept: Kept) -> Rank | RankCount | Cut:
    """The first or the last few of the order there is, or else by what is measured or shown."""
    before = kept.order
    if before is not None:
        # The top of "the cheapest" are the cheapest.
        down = before.descending == said.descending if isinstance(before.term, ColumnTerm) else said.descending
        return replace(before, descending=down, limit=said.limit or before.limit)
    figures = [term for term in kept.query.select if isinstance(term, ColumnTerm) and kept.is_figure(term)]
    terms: list[ColumnTerm | MeasureTerm] = [*kept.measures, *figures]
    if terms:
        return Rank(terms[0], said.descending, said.limit)
    return Cut(said.limit) if said.limit and said.descending else said


def _by_measure(rank: Rank, kept: Kept) -> Rank:
    """The order of groups by a measure of a column: that which is shown, or as the order was before."""
    column = rank.term
    if isinstance(column, MeasureTerm):
        return rank
    shown = [term for term in kept.measures if term.column == column]
    if shown or column in kept.query.select or not kept.is_figure(column):
        return replace(rank, term=shown[0]) if shown else rank
    was = kept.order.term if kept.order is not None and isinstance(kept.order.term, MeasureTerm) else None
    measure = MeasureTerm(was.function if was and was.column else "sum", column.table, column)
    olds = [part for part in kept.old(Measure) if isinstance(part.effect, Measure) and part.effect.term == was]
    if olds:
        kept.put(Measure(measure.function, measure.table, column), olds)
    return replace(rank, term=measure)

"""A grouping that takes the place of one, or goes with it."""

from __future__ import annotations

from agent.drafters.builtin.follow_ups.change_order import change_order
from agent.drafters.builtin.follow_ups.kept import GROUPS, LISTED, ORDERS, SHOWN, Kept
from agent.drafters.builtin.query.query import MeasureTerm
from agent.drafters.builtin.read.effects import (
    Distinct,
    Fragment,
    Group,
    GroupRows,
    GroupUnit,
    Measure,
    Rank,
)


def change_groups(change: Fragment, effect: Group | GroupRows | GroupUnit, kept: Kept) -> None:
    """A grouping replaces that of before, or after "also" is added to it; rows that were listed are counted.

    A figure behind "by" is rather what rows are put in order by, where they were in an order or listed.
    """
    is_list = not kept.measures and not kept.query.group_by
    if isinstance(effect, Group) and (kept.order or is_list) and kept.is_figure(effect.term):
        change_order(change, Rank(effect.term, bool(kept.order and kept.order.descending)), kept)
    elif "also" in kept.kinds:
        kept.put(change, kept.old(GroupUnit) if isinstance(effect, GroupUnit) else ())
    else:
        by_columns = [part for part in kept.old(Rank) if isinstance(part.effect, Rank) and not _measured(part.effect)]
        kept.put(change, [*_groups(kept), *by_columns])


def _groups(kept: Kept) -> list[Fragment]:
    """The groups of before, where each row was one too; a measure is there once they are gone."""
    groups = kept.old(*GROUPS)
    if kept.measures:
        # What is shown beside a measure was the group.
        return groups or (kept.old(*LISTED) if kept.query.group_by else [])
    if kept.order is not None and isinstance(by := kept.order.term, MeasureTerm):
        kept.put(Measure(by.function, by.table, by.column, by.distinct), kept.old(*SHOWN))
        return groups
    if kept.query.group_by:
        return groups or kept.old(*LISTED)
    kept.put(Measure("count", kept.subject), kept.old(*SHOWN))
    return [*groups, *kept.old(*ORDERS, Distinct)]


def _measured(rank: Rank) -> bool:
    return isinstance(rank.term, MeasureTerm)

"""The fragments of a question with those of a follow-up: what takes the place of what, and what is added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.drafters.builtin.follow_ups.change_by_words import change_by_words
from agent.drafters.builtin.follow_ups.change_condition import change_condition
from agent.drafters.builtin.follow_ups.change_groups import change_groups
from agent.drafters.builtin.follow_ups.change_order import change_order
from agent.drafters.builtin.follow_ups.change_rows import change_rows
from agent.drafters.builtin.follow_ups.change_shown import change_shown
from agent.drafters.builtin.follow_ups.kept import Kept
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, Exists, Query
from agent.drafters.builtin.read.effects import (
    About,
    AgainstMean,
    Cut,
    During,
    Filter,
    Fragment,
    Group,
    GroupRows,
    GroupUnit,
    Having,
    Measure,
    OrderShown,
    Rank,
    RankCount,
    Show,
    ShowRows,
    Shows,
    Without,
)
from agent.records import Catalog


def merge(
    fragments: Sequence[Fragment], query: Query, changes: Sequence[Fragment], kinds: frozenset[str], catalog: Catalog
) -> tuple[Fragment, ...]:
    """The fragments that made `query`, with the changes; `kinds` are those of the words that say how."""
    kept = Kept(fragments, query, kinds, catalog)
    for change in changes:
        _add(change, kept)
    change_by_words(kept)
    return tuple(kept.fragments)


def _add(change: Fragment, kept: Kept) -> None:
    effect = change.effect
    match effect:
        case Filter():
            change_condition(change, effect, kept)
        case AgainstMean():
            kept.put(change)
        case During() if kept.old(Without) and not kept.old(During):
            # "without orders", "in 2025": it is the time of those that are missing.
            kept.put_last(change)
        case During(term=None) if kept.old(During):
            kept.put(replace(change, effect=replace(effect, term=_moment(kept.query.where))), kept.old(During))
        case Group() | GroupRows() | GroupUnit():
            change_groups(change, effect, kept)
        case Show() | Shows() | Measure():
            change_shown(change, effect, kept)
        case ShowRows(table):
            change_rows(table, kept)
        case Rank() | RankCount() | OrderShown() | Cut():
            change_order(change, effect, kept)
        case About():
            pass
        case During() | Having() | _:
            kept.put(change, kept.old(type(effect)))


def _moment(where: Sequence[Condition | Exists | AnyOf]) -> ColumnTerm | None:
    """The column that the time of the question before is of."""
    for part in where:
        if isinstance(part, Condition) and part.operator == "window" and isinstance(part.term, ColumnTerm):
            return part.term
        if not isinstance(part, Condition) and (found := _moment(part.conditions)):
            return found
    return None

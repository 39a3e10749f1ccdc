"""The queries of one set of parts, in every way that they leave open, each with the features of its choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeGuard

from agent.drafters.builtin.assemble.conditions import condition_tables, conditions
from agent.drafters.builtin.assemble.counted_only_if import counted_only_if
from agent.drafters.builtin.assemble.grouping import grouping
from agent.drafters.builtin.assemble.joining import joining
from agent.drafters.builtin.assemble.moments import moment_of
from agent.drafters.builtin.assemble.nested_rank import nested_ranks
from agent.drafters.builtin.assemble.parts import Features, Impossible, Parts, tables_of
from agent.drafters.builtin.assemble.query_draft import QueryDraft
from agent.drafters.builtin.assemble.shown_rows import shown_groups, shown_rows
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import (
    AllColumns,
    AnyOf,
    BucketTerm,
    ColumnTerm,
    Condition,
    Exists,
    MeasureTerm,
    Ordering,
    Query,
    RelatedTerm,
    Term,
)
from agent.drafters.builtin.read.effects import OrderShown, Rank, RankCount
from agent.drafters.builtin.read.scene import Scene


def queries(parts: Parts, scene: Scene) -> Iterator[tuple[Query, Features]]:
    """The queries that the parts may mean. Raises Impossible where they do not make one."""
    ordering = len(parts.ranks) > 1 and all(isinstance(rank, Rank) and rank.limit is None for rank in parts.ranks)
    if (len(parts.ranks) > 1 and not ordering) or len(parts.rows) > 1:
        raise Impossible
    rows = list(parts.rows)
    # A table of which columns are shown is not shown by its name again.
    if rows and rows[0] in {term.table for term in parts.shows if isinstance(term, ColumnTerm)}:
        raise Impossible
    # "the busiest day", "months with more than 50 orders": the day, the month is what is shown.
    shows_unit = parts.unit is not None and bool(parts.ranks or parts.having)
    implied = not (parts.shows or rows or parts.groups or parts.group_rows or shows_unit)
    features: Features = {}
    if implied:
        rows, features = [parts.subject], {"rows implied": 1.0}
    elif not (parts.shows or rows or parts.ranks or parts.having):
        # "by country" is said of a figure.
        features = {"groups alone": 1.0}
    near = [*rows, *tables_of(parts.shows), *parts.about, *parts.group_rows]
    unit: list[Term] = []
    if parts.unit is not None:
        unit = [BucketTerm(parts.unit.term or moment_of(near, scene), parts.unit.unit)]
    # "top customers last month": the time is that of what ranks them.
    ranks = [rank.term for rank in parts.ranks if isinstance(rank, Rank) and isinstance(rank.term, MeasureTerm)]
    counted = [rank.table for rank in parts.ranks if isinstance(rank, RankCount) and rank.table]
    for where, scope in conditions(parts, [*tables_of(ranks), *counted, *near], scene):
        for shown, rows_how in shown_rows(rows, scene, implied):
            for groups_shown, groups_how in shown_groups(parts, scene):
                select = list(dict.fromkeys([*parts.groups, *unit, *groups_shown, *shown, *parts.shows, *parts.also]))
                if parts.also and any(isinstance(term, AllColumns) for term in select):
                    continue
                chosen = features | scope | rows_how | groups_how
                yield from _ranked(QueryDraft(parts, select, unit, list(where), chosen), scene)


def _ranked(draft: QueryDraft, scene: Scene) -> Iterator[tuple[Query, Features]]:
    """The rank as the order of what is shown, and as a condition on other rows."""
    if not draft.select:
        raise Impossible
    parts = draft.parts
    yield from _grouped(draft, scene)
    if not parts.ranks:
        return
    for nested in nested_ranks(parts, scene):
        select = [term for term in draft.select if term != nested.column]
        about = [table for table in parts.about if table != nested.owner]
        inner = replace(
            draft,
            parts=replace(parts, ranks=[], about=about),
            select=select,
            where=[*draft.where, nested.condition],
            features=draft.features | nested.features,
        )
        if select:
            yield from _grouped(inner, scene)


def _grouped(draft: QueryDraft, scene: Scene) -> Iterator[tuple[Query, Features]]:
    """Groups where something is measured, ranked or compared for each of what is shown."""
    parts = draft.parts
    measured, plain = draft.measured, draft.plain
    rank = parts.ranks[0] if parts.ranks else None
    counts_only = bool(measured) and not plain
    needs_groups = bool(parts.groups or parts.group_rows or draft.unit) or bool(measured and plain)
    needs_groups |= isinstance(rank, RankCount) or (isinstance(rank, Rank) and isinstance(rank.term, MeasureTerm))
    where, having = list(draft.where), []
    for part in parts.having:
        if counts_only:
            # "how many customers ordered twice in May": the time is that of the orders.
            theirs = [each for each in where if _is_of_others(each, measured[0].table)]
            condition = counted_only_if(measured[0], part, parts.about, theirs)
            if condition is None:
                return
            where = [*(each for each in where if each not in theirs), condition]
        else:
            if part.function == "count" and _only_zero(part.operator, part.value):
                # No group is without rows.
                if part.table in {None, parts.subject}:
                    raise Impossible
                of_each = RelatedTerm(parts.subject, MeasureTerm("count", part.table or ""))
                where.append(Condition(of_each, part.operator, (part.value,)))
                continue
            measure = MeasureTerm(part.function, part.table or parts.subject, part.column)
            having.append(Condition(measure, part.operator, (part.value,)))
            needs_groups = True
    if rank is not None and counts_only and not needs_groups:
        return
    if not needs_groups:
        yield from _ordered(replace(draft, where=where), scene)
        return
    if counts_only or any(isinstance(term, AllColumns) for term in draft.select):
        return
    count = _ranking_count(draft)
    if count is not None and not measured and _counts_itself(draft, where, count.table):
        return
    others = {*(home(term) for term in measured), *(home(condition.term) for condition in having)}
    others |= {count.table} if count is not None else set()
    others |= {home(rank.term)} if isinstance(rank, Rank) else set()
    for groups, how in grouping(parts, draft.unit, plain, others, scene):
        features = draft.features | how | {"grouped": 1.0, f"grouped {'with' if measured else 'without'} measure": 1.0}
        yield from _ordered(
            replace(draft, where=where, having=having, groups=groups, count=count, features=features), scene
        )


def _ranking_count(draft: QueryDraft) -> MeasureTerm | None:
    """The number of rows that groups are ranked by, which may be shown."""
    rank, measured = (draft.parts.ranks[0] if draft.parts.ranks else None), draft.measured
    if not isinstance(rank, RankCount):
        return None
    if rank.table is None and (shown := next((term for term in measured if term.column is None), None)):
        return shown
    return MeasureTerm("count", rank.table or (measured[0].table if measured else home(draft.plain[0])))


def _counts_itself(draft: QueryDraft, where: Sequence[Condition | AnyOf | Exists], counted: str) -> bool:
    """Whether rows would be ranked by how many they are themselves: "the top customers", by the number of customers."""
    parts = draft.parts
    named = bool(parts.shows or parts.groups or parts.group_rows or draft.unit)
    return not named and {*parts.rows, *parts.about, *condition_tables(where)} <= {counted}


def _only_zero(operator: str, value: int | float | Query) -> bool:
    """Whether of all numbers of rows only 0 passes."""
    return not isinstance(value, Query) and value <= {"=": 0, "<=": 0, "<": 1}.get(operator, -1)


def _is_of_others(part: Condition | AnyOf | Exists, table: str) -> TypeGuard[Condition]:
    """Whether a condition is of the rows of another table."""
    return isinstance(part, Condition) and isinstance(part.term, ColumnTerm) and part.term.table != table


def _ordered(draft: QueryDraft, scene: Scene) -> Iterator[tuple[Query, Features]]:
    measured, features = draft.measured, dict(draft.features)
    order: list[Ordering] = []
    limit = None
    for rank in draft.parts.ranks:
        if isinstance(rank, OrderShown):
            if isinstance(draft.select[0], AllColumns):
                return
            first = next(iter(measured), draft.select[0]) if draft.groups else draft.select[0]
            order.append(Ordering(first, rank.descending))
        elif isinstance(rank, RankCount):
            if draft.count is None:
                return
            order, limit = [Ordering(draft.count, rank.descending)], rank.limit
        else:
            term: Term = rank.term
            if draft.groups and isinstance(term, ColumnTerm) and term not in draft.groups:
                features["rank by column of group"] = 1.0
                term = next((measure for measure in measured if measure.column == term), term)
            order, limit = [*order, Ordering(term, rank.descending)], rank.limit
    yield from joining(replace(draft, order=order, limit=limit, features=features), scene)

"""What the rules have found, put together to one typed query."""

from __future__ import annotations

from agent.drafters.builtin.fan_out import without_fan_out
from agent.drafters.builtin.moments import moments_of, window_condition
from agent.drafters.builtin.query import (
    AllColumns,
    BucketTerm,
    ColumnTerm,
    Condition,
    Exists,
    MeasureTerm,
    Ordering,
    Query,
    Term,
)
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.schema import fans_out
from agent.drafters.builtin.wording import spoken
from agent.errors import NotUnderstoodError


def assemble(reading: Reading) -> Query:
    """The typed query of a reading; NotUnderstoodError where its parts do not make one."""
    root = _root(reading)
    _place_windows(reading, root)
    groups = _groups(reading, root)
    measures = [without_fan_out(reading, measure, groups) for measure in reading.measures]
    having = [_measured(reading, condition, groups) for condition in reading.having]
    if not measures and having and isinstance(having[0].term, MeasureTerm):
        measures = [condition.term for condition in having if isinstance(condition.term, MeasureTerm)]
    if measures:
        root = measures[0].table
    if groups and not measures:
        groups, measures = _grouped_rows(reading, root, groups)
    _require_one_root(root, measures)
    if measures:
        groups += _shown_beside(reading, groups)
    if measures and not groups and (reading.order_by or reading.limit):
        raise NotUnderstoodError("one total cannot be ranked or ordered", "ask for it per something")
    select = _select(reading, root, groups, measures)
    return Query(
        root=root,
        select=tuple(dict.fromkeys(select)),
        where=tuple(_where(reading, root)),
        group_by=tuple(_keyed(reading, groups)) if measures else (),
        having=tuple(having),
        order_by=tuple(_order(reading, groups, measures)),
        limit=reading.limit,
        distinct=not measures and (reading.subject is None or _asks_for_distinct(reading)),
    )


def _grouped_rows(reading: Reading, root: str, groups: list[Term]) -> tuple[list[Term], list[MeasureTerm]]:
    """ "orders by status" counts what it groups, "the name of each customer" is a list."""
    elsewhere = [term for term in groups if _table_of(term) != root or isinstance(term, BucketTerm)]
    if reading.per_subject and not elsewhere and not reading.is_grouped:
        return [], []
    if reading.select:
        shown = ", ".join(spoken(term, reading.catalog) for term in reading.select)
        raise NotUnderstoodError(f"I cannot list {shown} for each group", "ask for the list, or for a count by group")
    measure = MeasureTerm("count", root)
    reading.assume(f"counted: {spoken(measure, reading.catalog)}", 0.05)
    return groups, [measure]


def _table_of(term: Term) -> str:
    return term.column.table if isinstance(term, BucketTerm) else term.table


def _asks_for_distinct(reading: Reading) -> bool:
    return bool(reading.select) and any(reading.marker(place, "distinct") for place in range(len(reading.items)))


def _root(reading: Reading) -> str:
    """The table whose rows are counted or listed."""
    if reading.measures:
        return reading.measures[0].table
    counted = [condition.term.table for condition in reading.having if isinstance(condition.term, MeasureTerm)]
    if counted:
        return counted[0]
    if reading.subject:
        return reading.subject.id
    named = [term.table for term in (*reading.select, *reading.group_by) if isinstance(term, ColumnTerm)]
    if named:
        return named[0]
    raise NotUnderstoodError(
        "the question names no table or column that I know",
        f"the tables are: {', '.join(scored.table.id for scored in reading.context.tables[:12])}",
    )


def _place_windows(reading: Reading, root: str) -> None:
    table = reading.catalog.table(root)
    for phrase, window in reading.windows:
        moments = moments_of(reading, table) if table else []
        if not moments:
            raise NotUnderstoodError(
                f'"{phrase}": {root} has no date to compare with',
                "leave the dates out, or name a table that has one",
            )
        reading.where.append(window_condition(reading, phrase, window, moments[0]))


def _groups(reading: Reading, root: str) -> list[Term]:
    groups = list(reading.group_by)
    if reading.per_subject and reading.subject:
        groups += [term for term in reading.labels(reading.subject) if term not in groups]
    if reading.bucket:
        table = reading.catalog.table(root)
        moments = moments_of(reading, table) if table else []
        if not moments:
            raise NotUnderstoodError(f"{root} has no date to group by {reading.bucket}", "group by a column instead")
        bound = next(
            (
                condition.term
                for condition in reading.where
                if isinstance(condition, Condition)
                and condition.operator == "window"
                and isinstance(condition.term, ColumnTerm)
            ),
            moments[0],
        )
        groups.append(BucketTerm(bound, reading.bucket))
        reading.assume(f"by {reading.bucket} of {bound.table}.{bound.column}", 0.02)
    return groups


def _measured(reading: Reading, condition: Condition, groups: list[Term]) -> Condition:
    if isinstance(condition.term, MeasureTerm):
        return Condition(
            without_fan_out(reading, condition.term, groups),
            condition.operator,
            condition.values,
            condition.negated,
        )
    return condition


def _shown_beside(reading: Reading, groups: list[Term]) -> list[Term]:
    """Columns asked for beside measures name the groups; a single total has no room for them."""
    if reading.select and not groups:
        names = ", ".join(spoken(term, reading.catalog) for term in reading.select)
        raise NotUnderstoodError(f"I do not know what to do with {names} beside one total", "ask for it per something")
    return [term for term in reading.select if term not in groups]


def _where(reading: Reading, root: str) -> list[Condition | Exists]:
    """The conditions as they apply to rows of the root.

    "products ordered last month", ranked by their sales, is about the sales of last month: rows that exist for the
    subject are the very rows that are measured.
    """
    found: list[Condition | Exists] = []
    for condition in reading.where:
        measured = isinstance(condition, Exists) and not condition.negated and condition.owner != root
        if isinstance(condition, Exists) and measured and not fans_out(reading.catalog, root, condition.table):
            found += [part for part in condition.conditions if part not in found]
        elif condition not in found:
            found.append(condition)
    return found


def _require_one_root(root: str, measures: list[MeasureTerm]) -> None:
    others = {measure.table for measure in measures if measure.table != root}
    if others:
        raise NotUnderstoodError(
            f"measures of {root} and of {', '.join(sorted(others))} in one question are more than I can read",
            "ask for them one after the other",
        )


def _keyed(reading: Reading, groups: list[Term]) -> list[Term]:
    """Group by the key as well as by the name, so that two customers of one name stay two."""
    tables = [reading.subject] if reading.per_subject and reading.subject else []
    keyed: list[Term] = []
    for table in [*tables, *reading.grouped_tables]:
        keyed += [ColumnTerm(table.id, name) for name in table.primary_key]
    return list(dict.fromkeys([*keyed, *groups]))


def _select(reading: Reading, root: str, groups: list[Term], measures: list[MeasureTerm]) -> list[Term]:
    if measures:
        return [*groups, *measures]
    if reading.select:
        return list(reading.select)
    ranked = [key.term for key in reading.order_by if reading.limit]
    table = reading.catalog.table(root)
    if ranked and table and reading.subject:
        return [*reading.labels(table), *ranked]
    return [AllColumns(root)]


def _order(reading: Reading, groups: list[Term], measures: list[MeasureTerm]) -> list[Ordering]:
    """The order asked for; else by calendar, else the largest measure first."""
    if reading.order_by:
        ranked = reading.order_by[0]
        if isinstance(ranked.term, MeasureTerm) and measures:
            return [Ordering(measures[0], ranked.descending)]
        return reading.order_by
    buckets = [term for term in groups if isinstance(term, BucketTerm)]
    if buckets:
        return [Ordering(buckets[0], descending=False)]
    return [Ordering(measures[0], descending=True)] if groups and measures else []

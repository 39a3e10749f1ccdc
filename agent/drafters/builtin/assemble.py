"""What the rules have found, put together to one typed query."""

from __future__ import annotations

from agent.drafters.builtin.fan_out import require_no_fan_out, without_fan_out
from agent.drafters.builtin.moments import moment_of
from agent.drafters.builtin.query import (
    AllColumns,
    BucketTerm,
    ColumnTerm,
    Condition,
    MeasureTerm,
    Ordering,
    Query,
    RelatedTerm,
    Term,
)
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.scope import place_windows, scoped
from agent.drafters.builtin.wording import spoken
from agent.errors import NotUnderstoodError
from agent.records import Catalog


def assemble(reading: Reading) -> Query:
    """The typed query of a reading; NotUnderstoodError where its parts do not make one."""
    having = [part for part in reading.where if isinstance(part, Condition) and isinstance(part.term, MeasureTerm)]
    measures = [*reading.measures]
    measures += [part.term for part in having if isinstance(part.term, MeasureTerm) and part.term not in measures]
    root = _root(reading, measures)
    _require_other_group(reading, measures)
    groups = _groups(reading, root)
    if groups and not measures:
        groups, measures = _grouped_rows(reading, root, groups)
    where = scoped(reading, root)
    measures = [without_fan_out(reading, measure, groups, where) for measure in measures]
    root = measures[0].table if measures else root
    where = place_windows(reading, root, scoped(reading, root))
    if measures:
        groups += _shown_beside(reading, groups)
    select = tuple(dict.fromkeys(_select(reading, root, groups, measures)))
    order = tuple(_order(reading, groups, measures))
    query = Query(
        root=root,
        select=select,
        where=tuple(where),
        group_by=tuple(_keyed(reading, groups)) if measures else (),
        having=tuple(having),
        order_by=order,
        limit=reading.limit,
        distinct=not measures and _is_distinct(reading, select, order),
    )
    _require_one_root(query, measures)
    require_no_fan_out(query, reading.catalog)
    _require_numbers(query, reading.catalog)
    return query


def _require_numbers(query: Query, catalog: Catalog) -> None:
    """Refuse sums and means of dates, for which some engines give a number that means nothing."""
    terms = [*query.select, *(key.term for key in query.order_by)]
    measures = [term.measure if isinstance(term, RelatedTerm) else term for term in terms]
    for measure in measures:
        if isinstance(measure, MeasureTerm) and measure.function in ("sum", "avg") and measure.column:
            table = catalog.table(measure.table)
            column = table.column(measure.column.column) if table else None
            if column and column.kind in ("date", "datetime"):
                raise NotUnderstoodError(
                    f"{measure.column.column} of {measure.table} is a date, which cannot be added up",
                    "name the number that is meant, or ask how many there are",
                )


def _root(reading: Reading, measures: list[MeasureTerm]) -> str:
    """The table whose rows are counted or listed."""
    if measures:
        return measures[0].table
    if reading.subject:
        return reading.subject.id
    named = [term.table for term in (*reading.select, *reading.group_by) if isinstance(term, ColumnTerm)]
    if named:
        return named[0]
    raise NotUnderstoodError(
        "the question names no table or column that I know",
        f"the tables are: {', '.join(scored.table.id for scored in reading.context.tables[:12])}",
    )


def _groups(reading: Reading, root: str) -> list[Term]:
    groups = list(reading.group_by)
    if reading.per_subject and reading.subject:
        groups += [term for term in reading.labels(reading.subject) if term not in groups]
    if reading.bucket:
        table = reading.catalog.table(root)
        bound = [
            part.term
            for part in reading.where
            if isinstance(part, Condition) and part.operator == "window" and isinstance(part.term, ColumnTerm)
        ]
        column = bound[0] if bound else moment_of(reading, table) if table else None
        if column is None:
            raise NotUnderstoodError(f"{root} has no date to group by {reading.bucket}", "group by a column instead")
        groups.append(BucketTerm(column, reading.bucket))
        reading.assume(f"by {reading.bucket} of {column.table}.{column.column}", 0.02)
    return groups


def _require_other_group(reading: Reading, measures: list[MeasureTerm]) -> None:
    """ "categories per category" is about the rows that belong to each, which a key of a table to itself would say."""
    subject = reading.subject
    if not (reading.per_subject and subject) or reading.is_grouped:
        return
    counts_itself = MeasureTerm("count", subject.id) in measures
    if counts_itself or not (measures or reading.select):
        raise NotUnderstoodError(
            f"{subject.id} for each of {subject.id}: how rows of one table belong together is more than I can read",
            "name what is counted or listed for each",
        )


def _grouped_rows(reading: Reading, root: str, groups: list[Term]) -> tuple[list[Term], list[MeasureTerm]]:
    """ "orders by status" counts what it groups, "the name of each customer" is a list."""
    if reading.per_subject and not reading.is_grouped:
        return [], []
    if reading.select:
        shown = ", ".join(spoken(term, reading.catalog) for term in reading.select)
        raise NotUnderstoodError(f"I cannot list {shown} for each group", "ask for the list, or for a count by group")
    measure = MeasureTerm("count", root)
    reading.assume(f"counted: {spoken(measure, reading.catalog)}", 0.05)
    return groups, [measure]


def _shown_beside(reading: Reading, groups: list[Term]) -> list[Term]:
    """Columns asked for beside measures name the groups; a single total has no room for them."""
    if reading.select and not groups:
        if reading.subject is None:
            return reading.select
        names = ", ".join(spoken(term, reading.catalog) for term in reading.select)
        raise NotUnderstoodError(f"I do not know what to do with {names} beside one total", "ask for it per something")
    return [term for term in reading.select if term not in groups]


def _is_distinct(reading: Reading, select: tuple[Term, ...], order: tuple[Ordering, ...]) -> bool:
    """Whether rows are shown without repeats, which have one place each only in an order by what is shown."""
    unshown = [key.term for key in order if key.term not in select]
    if reading.distinct and unshown:
        raise NotUnderstoodError(
            f"rows without repeats cannot be ordered by {spoken(unshown[0], reading.catalog)}",
            "order by what is shown, or leave the order out",
        )
    return reading.distinct or (reading.subject is None and not unshown)


def _require_one_root(query: Query, measures: list[MeasureTerm]) -> None:
    others = {measure.table for measure in measures if measure.table != query.root}
    if others:
        raise NotUnderstoodError(
            f"measures of {query.root} and of {', '.join(sorted(others))} in one question are more than I can read",
            "ask for them one after the other",
        )
    if measures and not query.group_by and (query.order_by or query.limit):
        raise NotUnderstoodError("one total cannot be ranked or ordered", "ask for it per something")


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
    ranked = [key.term for key in reading.order_by if reading.limit]
    if reading.select:
        return [*reading.select, *(term for term in ranked if isinstance(term, RelatedTerm))]
    table = reading.catalog.table(root)
    if ranked and table and reading.subject:
        return [*reading.labels(table), *ranked]
    return [AllColumns(root)]


def _order(reading: Reading, groups: list[Term], measures: list[MeasureTerm]) -> list[Ordering]:
    """The order asked for; else by calendar, else the largest measure first."""
    if reading.order_by and not measures:
        return reading.order_by
    if reading.order_by:
        return [Ordering(_grouped_key(reading, key.term, groups, measures), key.descending) for key in reading.order_by]
    buckets = [term for term in groups if isinstance(term, BucketTerm)]
    if buckets:
        return [Ordering(buckets[0], descending=False)]
    return [Ordering(measures[0], descending=True)] if groups and measures else []


def _grouped_key(reading: Reading, term: Term, groups: list[Term], measures: list[MeasureTerm]) -> Term:
    """What a grouped query may be ordered by: a group, or a measure that it shows."""
    if term in groups:
        return term
    for measure in measures:
        if isinstance(term, MeasureTerm) or term in {measure, measure.column}:
            return measure
    raise NotUnderstoodError(
        f"I cannot order groups by {spoken(term, reading.catalog)}", "order by what is shown for each group"
    )

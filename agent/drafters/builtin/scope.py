"""Conditions as they apply to the rows of the root: what is said of many rows is said of the same row.

"Customers with web orders over 500" asks for one order that is both, so conditions behind the same first join from the
same owner become one EXISTS.
"""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.moments import moment_of, window_condition
from agent.drafters.builtin.query import ColumnTerm, Condition, Exists, MeasureTerm, Ordering, RelatedTerm
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.schema import fans_out, is_temporal, joins
from agent.errors import NotUnderstoodError

Part = Condition | Exists


def scoped(reading: Reading, root: str) -> list[Part]:
    """The conditions of a reading on rows of `root`, those on many rows as EXISTS."""
    found: list[Part] = []
    merged: dict[tuple[str, str], int] = {}
    for part in reading.where:
        if isinstance(part, Condition) and isinstance(part.term, MeasureTerm):
            continue
        exists = _exists(reading, part, root)
        if exists is None:
            found += [inner for inner in _inline(part) if inner not in found]
            continue
        path = joins(reading.catalog, exists.owner, exists.table)
        key = (exists.owner, path[0].right if path else exists.table)
        if exists.negated:
            found.append(exists)
        elif key in merged:
            found[merged[key]] = _both(found[merged[key]], exists)
        else:
            merged[key] = len(found)
            found.append(exists)
    return found


def _exists(reading: Reading, part: Part, root: str) -> Exists | None:
    """The condition as an EXISTS, or None where it holds for the row of the root itself."""
    if isinstance(part, Exists):
        # "products ordered last month", ranked by their sales, is about the very rows that are measured.
        own = part.owner != root and not part.negated and not fans_out(reading.catalog, root, part.table)
        return None if own else part
    if isinstance(part.term, RelatedTerm) or not fans_out(reading.catalog, root, part.term.table):
        return None
    if part.negated or part.operator == "!=":
        positive = replace(part, negated=False, operator="in" if part.operator == "!=" else part.operator)
        return Exists(root, part.term.table, (positive,), negated=True)
    return Exists(root, part.term.table, (part,))


def _inline(part: Part) -> tuple[Condition, ...]:
    return part.conditions if isinstance(part, Exists) else (part,)


def _both(first: Part, second: Exists) -> Exists:
    assert isinstance(first, Exists)  # noqa: S101 - only those are merged
    conditions = (*first.conditions, *(new for new in second.conditions if new not in first.conditions))
    through = dict.fromkeys((*first.through, second.table, *second.through))
    return replace(first, conditions=conditions, through=tuple(t for t in through if t != first.table))


def place_windows(reading: Reading, root: str, where: list[Part]) -> list[Part]:
    """The conditions with the windows that named no date: of what a condition or ranking is about, else of the root."""
    for phrase, window in reading.windows:
        if not (_in_ranking(reading, phrase, window) or _in_condition(reading, where, phrase, window)):
            table = reading.catalog.table(root)
            moment = moment_of(reading, table) if table else None
            if moment is None:
                raise NotUnderstoodError(
                    f'"{phrase}": {root} has no date to compare with',
                    "leave the dates out, or name a table that has one",
                )
            where.append(window_condition(reading, phrase, window, moment))
    return where


def _in_ranking(reading: Reading, phrase: str, window: Window) -> bool:
    key = reading.order_by[0] if reading.order_by else None
    moment = _own_moment(reading, key.term.table) if key and isinstance(key.term, RelatedTerm) else None
    if key is None or moment is None or not isinstance(key.term, RelatedTerm):
        return False
    condition = window_condition(reading, phrase, window, moment)
    term = replace(key.term, conditions=(*key.term.conditions, condition))
    reading.order_by[0] = Ordering(term, key.descending)
    return True


def _in_condition(reading: Reading, where: list[Part], phrase: str, window: Window) -> bool:
    for place in range(len(where) - 1, -1, -1):
        part = where[place]
        if isinstance(part, Exists) and not part.negated:
            tables = [part.table, *part.through, *(inner.term.table for inner in part.conditions)]
            moment = next((own for table in tables if (own := _own_moment(reading, table))), None)
            if moment:
                added = (*part.conditions, window_condition(reading, phrase, window, moment))
                where[place] = replace(part, conditions=added)
                return True
        elif isinstance(part, Condition) and isinstance(part.term, RelatedTerm):
            moment = _own_moment(reading, part.term.table)
            if moment:
                added = (*part.term.conditions, window_condition(reading, phrase, window, moment))
                where[place] = replace(part, term=replace(part.term, conditions=added))
                return True
    return False


def _own_moment(reading: Reading, id: str) -> ColumnTerm | None:
    table = reading.catalog.table(id)
    if table is None or not any(is_temporal(column) for column in table.columns):
        return None
    return moment_of(reading, table)

"""Whether a query can have no rows, whatever the data: customers who ordered in May and who never ordered."""

from __future__ import annotations

from agent.drafters.builtin.assemble.apart import are_apart
from agent.drafters.builtin.assemble.conditions import condition_tables
from agent.drafters.builtin.query.query import AnyOf, Condition, Exists, Query


def contradicts(query: Query) -> bool:
    """Whether rows of a table must be there of which none may be, or a value must be known that must be missing."""
    none = {(part.owner, part.table) for part in query.where if isinstance(part, Exists) and _is_none(part)}
    some = {(part.owner, part.table) for part in query.where if isinstance(part, Exists) and not part.negated}
    plain = [part for part in query.where if isinstance(part, Condition)]
    some |= {(query.root, table) for table in (*condition_tables(plain), *query.joined)}
    missing = {part.term for part in plain if part.operator == "null" and not part.negated}
    known = {part.term for part in plain if part.operator != "null" or part.negated}
    if any(are_apart(first, second) for first in plain for second in plain):
        return True
    return bool(none & some or missing & known) or any(_is_empty(part) for part in query.where)


def _is_none(part: Exists) -> bool:
    """Whether no row of a table at all may belong to a row."""
    return part.negated and not part.conditions and not part.through and not part.via


def _is_empty(part: Condition | Exists | AnyOf) -> bool:
    """Whether a condition holds for no row since it contains a query that has none."""
    return (
        isinstance(part, Condition)
        and not part.negated
        and any(isinstance(value, Query) and contradicts(value) for value in part.values)
    )

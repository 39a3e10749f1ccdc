"""The joins of a subquery whose rows belong to a row of the query around it."""

from __future__ import annotations

from collections.abc import Sequence

from agent.drafters.builtin.compose.place import Place
from agent.drafters.builtin.compose.steps import Step, step_by_key, steps, unjoined
from agent.records import Catalog


def steps_from_owner(
    catalog: Catalog, owner: Place, inner: Place, others: Sequence[Place], backwards: bool
) -> tuple[Step, ...]:
    """The steps from the owner, which stands outside, to `inner` and all others; the first begins at the owner.

    A key of a table to itself leads to the row that it points to, or `backwards` to the rows that point.
    Raises NotUnderstoodError where no foreign keys lead there, or not without a second row of the owner's table.
    """
    if inner.via:
        path = (step_by_key(catalog, inner, [owner.table], backwards), *steps(catalog, [inner, *others]))
    else:
        path = steps(catalog, [owner, inner, *others])
    if not path or path[0].left != owner or any(step.right == owner for step in path):
        raise unjoined([owner.table, inner.table])
    return path

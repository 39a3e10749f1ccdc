"""Whether two times have no day in common."""

from __future__ import annotations

from agent.drafters.builtin.query.query import AnyOf, Condition, Exists
from agent.drafters.builtin.question.dates import Window


def are_apart(first: Condition | Exists | AnyOf, second: Condition | Exists | AnyOf) -> bool:
    """Whether two conditions are times of one date of which the first ends before the second begins."""
    if not isinstance(first, Condition) or not isinstance(second, Condition) or first.term != second.term:
        return False
    ends = [value.end for value in first.values if isinstance(value, Window)]
    starts = [value.start for value in second.values if isinstance(value, Window)]
    said = not (first.negated or second.negated)
    return said and any(end is not None and start is not None and end <= start for end in ends for start in starts)

"""Whether a query gives one figure or the first rows of all though the question asks for those of each."""

from __future__ import annotations

from agent.drafters.builtin.assemble.parts import Features, Impossible
from agent.drafters.builtin.query.query import Condition, MeasureTerm, Query
from agent.drafters.builtin.read.scene import Scene

# So far behind a superlative stands what it ranks, and behind that of which each.
_FAR = 3


def each_features(query: Query, scene: Scene) -> Features:
    """One feature where only one row or figure is shown, and a word such as "each" or "per" is in the question.

    Raises Impossible where the first rows of all are shown, but those of each are asked for.
    """
    marks = [place for place in range(len(scene.items)) if scene.is_any(place, "grouping")]
    ranked = query.limit is not None or any(_is_ranked(part) for part in query.where)
    if ranked and any(scene.is_any(before, "sup") for place in marks for before in range(max(place - _FAR, 0), place)):
        raise Impossible
    is_total = not query.group_by and any(isinstance(term, MeasureTerm) for term in query.select)
    is_one = is_total or (query.limit == 1 and bool(query.order_by))
    return {"one though each": 1.0} if is_one and marks else {}


def _is_ranked(part: object) -> bool:
    """Whether a condition is that rows are among the first of others."""
    return isinstance(part, Condition) and any(isinstance(v, Query) and v.limit is not None for v in part.values)

"""What speaks for a query as a whole."""

from __future__ import annotations

from agent.drafters.builtin.assemble.parts import Features
from agent.drafters.builtin.query.query import Condition, Query


def whole_features(query: Query) -> Features:
    """How much is shown, and signs that the query cannot be meant."""
    found: Features = {f"shown {min(len(query.select), 5)}": 1.0}
    compared = [
        part.term for part in query.where if isinstance(part, Condition) and part.operator == "in" and not part.negated
    ]
    if len(compared) != len(set(compared)):
        found["one column is two values"] = 1.0
    if shown := sum(term in compared for term in query.select):
        found["shows what is given"] = float(shown)
    if len(set(query.select)) < len(query.select):
        found["shown twice"] = 1.0
    if query.where:
        found["conditions"] = float(len(query.where))
    return found

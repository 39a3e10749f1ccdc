"""Comparisons that say what they compare: "older than" is of an age, where "over" may be of anything."""

from __future__ import annotations

from agent.drafters.builtin.lexicon.operators import Comparison
from agent.drafters.builtin.link.items import Item


def names_its_column(item: Item) -> bool:
    """Whether an item compares only what its word points to: "older than", "younger than"."""
    operator = item.operator
    return isinstance(operator, Comparison) and "age" in operator.by and item.phrase.casefold().endswith(" than")

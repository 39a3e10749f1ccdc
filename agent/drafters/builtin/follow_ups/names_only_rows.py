"""Whether a fragment names rows without a word of what to show of them: "customers", "of customers"."""

from __future__ import annotations

from agent.drafters.builtin.lexicon.operators import Aggregate
from agent.drafters.builtin.read.effects import Fragment, Measure, ShowRows
from agent.drafters.builtin.read.scene import Scene

# Behind them, rows are named that are not asked for.
LEADS = frozenset({"for", "in", "from", "with", "by", "of", "to", "where", "grouping"})


def names_only_rows(part: Fragment, scene: Scene) -> bool:
    """Whether it does; a rule may have counted or added them up all the same."""
    items = scene.items[part.start : part.end]
    said = any(isinstance(item.operator, Aggregate) or item.category == "C" for item in items)
    return isinstance(part.effect, ShowRows) or (isinstance(part.effect, Measure) and not said)

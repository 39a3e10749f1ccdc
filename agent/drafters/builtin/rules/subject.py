"""The rule for what the question is about."""

from __future__ import annotations

from agent.drafters.builtin.items import ColumnLink, Number, TableLink
from agent.drafters.builtin.lexicon import Comparison, Marker, Superlative
from agent.drafters.builtin.reading import Reading


def subject(reading: Reading) -> None:
    """The first table that is named on its own: not grouped by, not negated, not counted by a comparison."""
    for position, item in enumerate(reading.items):
        mention = reading.mention(position)
        best = mention.links[0] if mention else None
        if isinstance(best, TableLink) and not _is_aside(reading, position):
            reading.use(item)
            reading.subject, reading.head = best.table, item
            return
    for position, item in enumerate(reading.items):
        mention = reading.mention(position)
        best = mention.links[0] if mention else None
        if isinstance(best, ColumnLink) and best.qualified and not _is_aside(reading, position):
            reading.subject, reading.head = best.table, item
            return


def _is_aside(reading: Reading, position: int) -> bool:
    before = reading.at(position - 1)
    if before and isinstance(before.meaning, Number):
        before = reading.at(position - 2)
    if before is None:
        return False
    if isinstance(before.meaning, Superlative):
        # "which country has the most customers" is about countries.
        return any(reading.mention(place) for place in range(position - 1))
    if isinstance(before.meaning, Comparison):
        return True
    return isinstance(before.meaning, Marker) and before.meaning.kind in {
        "by",
        "grouping",
        "negation",
        "ordering",
    }

"""The rule for an order that is asked for."""

from __future__ import annotations

from agent.drafters.builtin.query import Ordering
from agent.drafters.builtin.reading import Reading


def orderings(reading: Reading) -> None:
    """ "sorted by price", "ordered by name, descending"."""
    for item in list(reading.items):
        position = reading.items.index(item) if item in reading.items else -1
        if position < 0 or not reading.marker(position, "ordering", "sorting"):
            continue
        by = position + 1 if reading.marker(position + 1, "by") else position
        mention = reading.mention(by + 1)
        link = mention.column() if mention else None
        comma = by + 2 if reading.marker(by + 2, "conjunction") else by + 1
        descending = reading.marker(comma + 1, "descending")
        end = comma + 2 if descending or reading.marker(comma + 1, "ascending") else by + 2
        if link:
            reading.use(*reading.items[position:end])
            reading.order_by.append(Ordering(link.term, descending))

"""The rule for an order that is asked for."""

from __future__ import annotations

from agent.drafters.builtin.query import Ordering
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.wording import spoken
from agent.errors import NotUnderstoodError


def orderings(reading: Reading) -> None:
    """ "sorted by price", "ordered by name, descending", "in alphabetical order [of name]"."""
    for item in list(reading.items):
        if item not in reading.items:
            continue
        position = reading.items.index(item)
        if reading.marker(position, "ordering", "sorting"):
            _by_column(reading, position)
        elif reading.marker(position, "ascending", "descending"):
            _by_direction(reading, position)


def _by_column(reading: Reading, position: int) -> None:
    by = position + 1 if reading.marker(position + 1, "by") else position
    mention = reading.mention(by + 1)
    link = mention.column() if mention else None
    comma = by + 2 if reading.marker(by + 2, "conjunction") else by + 1
    descending = reading.marker(comma + 1, "descending")
    end = comma + 2 if descending or reading.marker(comma + 1, "ascending") else by + 2
    if link and reading.marker(end, "conjunction") and reading.mention(end + 1):
        raise NotUnderstoodError("an order by two columns is more than I can read", "order by the first alone")
    if link:
        reading.use(*reading.items[position:end])
        reading.order_by.append(Ordering(link.term, descending))


def _by_direction(reading: Reading, position: int) -> None:
    """A direction alone orders by the column behind it, or by what the rows of the subject are called."""
    descending = reading.marker(position, "descending")
    mention = reading.mention(position + 1)
    link = mention.column() if mention else None
    if link:
        reading.use(*reading.items[position : position + 2])
        reading.order_by.append(Ordering(link.term, descending))
    elif reading.subject:
        item, term = reading.items[position], reading.labels(reading.subject)[0]
        reading.use(item)
        reading.order_by.append(Ordering(term, descending))
        reading.assume(f"{item.phrase} = by {spoken(term, reading.catalog)}")

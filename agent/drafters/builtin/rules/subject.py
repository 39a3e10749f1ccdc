"""The rule for what the question is about."""

from __future__ import annotations

from agent.drafters.builtin.items import ColumnLink, Number, TableLink
from agent.drafters.builtin.lexicon import Aggregate, Comparison, Marker, Superlative
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.wording import is_verb


def subject(reading: Reading) -> None:
    """The first table that is named on its own; else the table of a qualified column, else one that is grouped by."""
    named = [(position, link) for position in range(len(reading.items)) if (link := _named(reading, position))]
    tables = [(position, link) for position, link in named if isinstance(link, TableLink)]
    # "ordered products" are products.
    for position, link in sorted(tables, key=lambda entry: is_verb(reading.items[entry[0]].phrase, reading.lexicon)):
        if not _is_aside(reading, position):
            _choose(reading, position, link)
            reading.use(reading.items[position])
            return
    for position, link in named:
        if isinstance(link, ColumnLink) and not _is_aside(reading, position):
            _choose(reading, position, link)
            return
    for position, link in named:
        if isinstance(link, TableLink) and reading.marker(position - 1, "by", "grouping"):
            reading.subject = link.table
            return


def _named(reading: Reading, position: int) -> TableLink | ColumnLink | None:
    mention = reading.mention(position)
    best = mention.links[0] if mention else None
    if isinstance(best, TableLink) or (isinstance(best, ColumnLink) and best.qualified):
        return best
    return None


def _choose(reading: Reading, position: int, link: TableLink | ColumnLink) -> None:
    reading.subject, reading.head = link.table, reading.items[position]


def _is_aside(reading: Reading, position: int) -> bool:
    """Whether what stands before the name says that the question is about something else."""
    place = position - 1
    while (between := reading.at(place)) and isinstance(between.meaning, Number | Aggregate):
        place -= 1
    before = reading.at(place)
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

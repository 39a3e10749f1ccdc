"""The rule for calendar windows."""

from __future__ import annotations

from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.items import Item, TableLink
from agent.drafters.builtin.lexicon import Marker
from agent.drafters.builtin.moments import moments_of, window_condition
from agent.drafters.builtin.query import Exists
from agent.drafters.builtin.reading import Reading


def windows(reading: Reading) -> None:
    """Bind a window to the date column or the event named before it; the others wait for the query's root."""
    for item in list(reading.items):
        if not isinstance(item.meaning, Window):
            continue
        position = reading.items.index(item)
        before = reading.at(position - 1)
        mention = reading.mention(position - 1)
        best = mention.links[0] if mention else None
        column = mention.column("date", "datetime") if mention else None
        grouped = reading.marker(position - 2, "by", "grouping")
        if before and column and not grouped and not (isinstance(best, TableLink) and best.score > 0.9):
            reading.use(item, before)
            reading.where.append(window_condition(reading, item.phrase, item.meaning, column.term))
        elif before and isinstance(best, TableLink) and reading.fans_out_to(best.table.id):
            moments = moments_of(reading, best.table)
            if moments:
                reading.use(item, before)
                reading.where.append(
                    Exists(
                        reading.owner(),
                        best.table.id,
                        (window_condition(reading, item.phrase, item.meaning, moments[0]),),
                    )
                )
        else:
            recency = [other for other in reading.items if _is_recency(other)]
            reading.use(item, *recency)
            reading.windows.append((item.phrase, item.meaning))


def _is_recency(item: Item) -> bool:
    return isinstance(item.meaning, Marker) and item.meaning.kind == "recency"

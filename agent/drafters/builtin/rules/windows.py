"""The rule for calendar windows."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.items import Item, TableLink
from agent.drafters.builtin.lexicon import Marker
from agent.drafters.builtin.moments import moment_of, window_condition
from agent.drafters.builtin.query import Exists
from agent.drafters.builtin.reading import Reading
from agent.errors import NotUnderstoodError


def windows(reading: Reading) -> None:
    """Bind a window to the date column or the event named before it; the others wait for the query's root."""
    _join_neighbours(reading)
    if sum(isinstance(item.meaning, Window) for item in reading.items) > 1:
        raise NotUnderstoodError("two periods in one question are more than I can read", "ask for one after the other")
    for item in list(reading.items):
        if not isinstance(item.meaning, Window):
            continue
        position = reading.items.index(item)
        before = reading.at(position - 1)
        mention = reading.mention(position - 1)
        best = mention.links[0] if mention else None
        column = mention.column("date", "datetime") if mention else None
        grouped = reading.marker(position - 2, "by", "grouping")
        if before and reading.head and before.end <= reading.head.start < item.start:
            # "shipped orders this week": the noun between is what the week is about.
            before, best, column = None, None, None
        if before and column and not grouped and not (isinstance(best, TableLink) and best.score > 0.9):
            reading.use(item, before)
            reading.where.append(window_condition(reading, item.phrase, item.meaning, column.term))
        elif before and isinstance(best, TableLink) and reading.fans_out_to(best.table.id):
            moment = moment_of(reading, best.table)
            if moment:
                reading.use(item, before)
                reading.where.append(
                    Exists(
                        reading.owner(),
                        best.table.id,
                        (window_condition(reading, item.phrase, item.meaning, moment),),
                    )
                )
        else:
            recency = [other for other in reading.items if _is_recency(other)]
            reading.use(item, *recency)
            reading.windows.append((item.phrase, item.meaning))


def _join_neighbours(reading: Reading) -> None:
    """ "January and February" is one period of two months."""
    for place in range(len(reading.items) - 2):
        first, last = reading.at(place), reading.at(place + 2)
        if not (first and last and reading.marker(place + 1, "conjunction", "disjunction")):
            continue
        before, after = first.meaning, last.meaning
        if isinstance(before, Window) and isinstance(after, Window) and before.end and before.end == after.start:
            joined = replace(
                first, end=last.end, phrase=f"{first.phrase} and {last.phrase}", meaning=Window(before.start, after.end)
            )
            reading.items[place : place + 3] = [joined]
            return


def _is_recency(item: Item) -> bool:
    return isinstance(item.meaning, Marker) and item.meaning.kind == "recency"

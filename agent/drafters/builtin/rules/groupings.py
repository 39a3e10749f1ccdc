"""The rule for groups."""

from __future__ import annotations

from typing import get_args

from agent.drafters.builtin.items import ColumnLink, Item, Mention, TableLink
from agent.drafters.builtin.lexicon import Aggregate, Bucket, Unit
from agent.drafters.builtin.query import Term
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.schema import measure_columns
from agent.errors import NotUnderstoodError


def groupings(reading: Reading) -> None:
    """ "per country", "by month and status", "for each customer", "monthly"."""
    for item in list(reading.items):
        if item not in reading.items:
            continue
        position = reading.items.index(item)
        if reading.marker(position, "by", "grouping"):
            if _only_lists(reading, item):
                reading.use(item)
            else:
                _group_chain(reading, position)
        elif isinstance(item.meaning, Bucket):
            reading.use(item)
            _add_bucket(reading, item.meaning)


def _only_lists(reading: Reading, item: Item) -> bool:
    """ "the name of each customer" is a list, "how many orders did each customer place" a group."""
    aggregates = any(isinstance(other.meaning, Aggregate) for other in reading.items)
    every = {"each", "every"} & set(item.phrase.casefold().split())
    return bool(every) and not aggregates and not reading.measures


def _group_chain(reading: Reading, position: int) -> None:
    used = [reading.items[position]]
    place = position + 1
    while True:
        item, mention = reading.at(place), reading.mention(place)
        if item and isinstance(item.meaning, Bucket):
            _add_bucket(reading, item.meaning)
        elif item and mention:
            _add_group(reading, mention)
        else:
            break
        used.append(item)
        place += 1
        follower = reading.at(place + 1)
        goes_on = follower is not None and isinstance(follower.meaning, Bucket | Mention)
        if not (reading.marker(place, "conjunction") and goes_on):
            break
        used.append(reading.items[place])
        place += 1
    if len(used) > 1:
        reading.use(*used)


def _add_bucket(reading: Reading, bucket: Bucket) -> None:
    # The date column follows from the query's root, which is not known yet. A month says its year too.
    units = list(get_args(Unit))
    finer = reading.bucket is None or units.index(bucket.unit) < units.index(reading.bucket)
    reading.bucket = bucket.unit if finer else reading.bucket


def _add_group(reading: Reading, mention: Mention) -> None:
    best = mention.links[0]
    if isinstance(best, TableLink):
        if best.table == reading.subject and reading.head:
            reading.per_subject = True
            return
        terms: list[Term] = reading.labels(best.table)
        reading.grouped_tables.append(best.table)
    else:
        if isinstance(best, ColumnLink) and best.column in measure_columns(best.table, reading.lexicon):
            raise NotUnderstoodError(
                f"{best.table.id}.{best.column.name} has too many different values to group by",
                "rank by it (top …) or group by another column",
            )
        terms = [best.term]
    reading.group_by.extend(term for term in terms if term not in reading.group_by)

"""What a reading takes on that the question does not name, or names less well than something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.dates_in import dates_in
from agent.drafters.builtin.query.tables_in import tables_in
from agent.drafters.builtin.query.terms_in import terms_in
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.rank.unread import says_something

# A name is meant, and not only near to what the words say, from this score on; a stored value from that one.
_NAMED, _STORED = 0.7, 0.9

Place = tuple[str, str]
"""A table and one of its columns; the table itself has none."""


def unnamed(reading: Reading) -> Mapping[str, float]:
    """How many tables no word names, whether a date is of one of them, and by how much better a word names another."""
    query = reading.query
    tables = {*tables_in(query), *query.joined}
    named = {table for item in reading.scene.items for table in _named(item)}
    return {
        "unnamed tables": float(len(tables - named)),
        "date of unnamed": float(any(term.table not in named for term in dates_in(query))),
        "worse link": _worse(reading, {(table, "") for table in tables} | _columns(reading)),
    }


def _worse(reading: Reading, used: set[Place]) -> float:
    """By how much the best of what a word may mean is better than what the reading takes it for, at most."""
    worst = 0.0
    for fragment in reading.cover.fragments:
        for item in reading.scene.items[fragment.start : fragment.end]:
            links = dict(_links(item))
            if links and says_something(item, reading.scene) and item.number is None and item.window is None:
                taken = max((score for place, score in links.items() if place in used), default=0.0)
                worst = max(worst, max(links.values()) - taken)
    return worst


def _columns(reading: Reading) -> set[Place]:
    return {(term.table, term.column) for term in terms_in(reading.query)}


def _named(item: Item) -> Iterator[str]:
    """The tables that an item names, or names something of."""
    yield from (link.table.id for link in item.tables if link.score >= _NAMED)
    yield from (link.table.id for link in item.columns if link.score >= _NAMED)
    yield from (link.table.id for link in item.values if link.score >= _STORED)


def _links(item: Item) -> Iterator[tuple[Place, float]]:
    """All that an item may mean, each with how well it fits; the best of each comes last."""
    found = [((link.table.id, ""), link.score) for link in item.tables]
    found += [((link.table.id, link.column.name), link.score) for link in item.columns]
    found += [((link.table.id, link.column.name), link.score) for link in item.values]
    yield from sorted(found, key=lambda link: link[1])

"""What is computed of two columns of a row: "the gap between price and cost", "profit", "stock worth at cost"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.link.items import ColumnLink, Item
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.schema.line_amount import line_profit, number_called
from agent.drafters.builtin.schema.rows import event_of, is_numeric, is_temporal
from agent.records import Catalog, Column, Table

# From this score on a span names a column itself.
_NAMED = 0.9
_SCORE = 1.0
# What is less likely meant by a word for what one piece gains.
_LESS = 0.8


def computed(items: tuple[Item, ...], catalog: Catalog, lexicon: Lexicon) -> tuple[Item, ...]:
    """The items, with those that name something computed as one item that names it like a column."""
    found: list[Item] = []
    place = 0
    while place < len(items):
        made, end = _at(items, place, catalog, lexicon)
        if made is None:
            found.append(items[place])
            place += 1
        else:
            found.append(made)
            place = end
    return _worth(tuple(found), lexicon)


def _at(items: tuple[Item, ...], place: int, catalog: Catalog, lexicon: Lexicon) -> tuple[Item | None, int]:
    word = _word(items[place])
    if word in lexicon.differences and _is_between(items, place + 1) and _is_and(items, place + 3):
        pair = _pair(items[place + 2], items[place + 4]) if place + 4 < len(items) else None
        if pair:
            return _merged(items[place : place + 5], pair), place + 5
    if place + 2 < len(items) and items[place + 1].phrase.casefold() in lexicon.minus:
        pair = _pair(items[place], items[place + 2])
        if pair:
            return _merged(items[place : place + 3], pair), place + 3
    end = next((place + far for far in (1, 0) if _says(items, place + far, lexicon.profits)), place) + 1
    if _says(items, end - 1, lexicon.profits) and not any(map(_is_named, items[place:end])):
        links = tuple(_profits(catalog, lexicon, _word(items[end - 1]) in lexicon.gains))
        if links and (end == place + 1 or _stands_before(items[place])):
            return _merged(items[place:end], links), end
    if items[place].tables and _says(items, place + 1, lexicon.durations):
        links = tuple(_durations([items[place].tables[0].table]))
        if links:
            return _merged(items[place : place + 2], links), place + 2
    return None, place


def _says(items: tuple[Item, ...], place: int, said: frozenset[str]) -> bool:
    return place < len(items) and _word(items[place]) in said


def _stands_before(item: Item) -> bool:
    """Whether a word only says what kind of margin is meant."""
    return item.category in {"C", "x"} and item.phrase.casefold() in {"profit", "gross", "net"}


def _word(item: Item) -> str:
    return stem(item.phrase.casefold())


def _is_between(items: tuple[Item, ...], place: int) -> bool:
    return place < len(items) and items[place].category in {"between", "of", "in"}


def _is_and(items: tuple[Item, ...], place: int) -> bool:
    return place < len(items) and items[place].operator == Marker("conjunction")


def _is_named(item: Item) -> bool:
    return bool(item.columns) and item.columns[0].score >= _NAMED


def _pair(first: Item, second: Item) -> tuple[ColumnLink, ...]:
    """The differences of columns that both items name in one table, the best first."""
    pairs = [
        (left.score + right.score, left, right)
        for left in first.columns
        for right in second.columns
        if left.table.id == right.table.id and left.term != right.term and _fit(left.column, right.column)
    ]
    pairs.sort(key=lambda entry: -entry[0])
    return tuple(_difference(left.table, left.column, right.column, left.score) for _, left, right in pairs[:2])


def _fit(left: Column, right: Column) -> bool:
    return (is_numeric(left) and is_numeric(right)) or (is_temporal(left) and is_temporal(right))


def _difference(table: Table, left: Column, right: Column, score: float) -> ColumnLink:
    term = ColumnTerm(table.id, left.name, less=right.name)
    number = replace(left, kind="number", synonyms=())
    return ColumnLink(table, number, score, "computed", of=term)


def _profits(catalog: Catalog, lexicon: Lexicon, gains: bool) -> list[ColumnLink]:
    """What one piece sells for less what it costs; what is gained in all is that times how many were sold, if known."""
    found = list(_each_profit(catalog, lexicon))
    in_all = [link for link in found if link.term.times]
    if gains and in_all:
        return in_all
    return [link for link in found if not link.term.times] + [replace(link, score=_LESS) for link in in_all]


def _each_profit(catalog: Catalog, lexicon: Lexicon) -> Iterator[ColumnLink]:
    for table in catalog.tables:
        price = number_called(table, lexicon.prices, lexicon)
        cost = number_called(table, lexicon.costs, lexicon)
        if price is not None and cost is not None and price != cost:
            yield _difference(table, price, cost, _SCORE)
        term = line_profit(table, catalog, lexicon)
        sold = table.column(term.column) if term else None
        if term is not None and sold is not None:
            # Over many rows it adds up, whatever its parts are called.
            yield ColumnLink(table, replace(sold, name="profit", synonyms=()), _SCORE, "computed", of=term)


def _durations(tables: list[Table]) -> Iterator[ColumnLink]:
    """The days from the first of the two dates of a row to the second."""
    for table in tables:
        dates = [column for column in table.columns if is_temporal(column)]
        if len(dates) == 2 and all(event_of(column) for column in dates):
            yield _difference(table, dates[1], dates[0], _SCORE)


def _worth(items: tuple[Item, ...], lexicon: Lexicon) -> tuple[Item, ...]:
    """ "the stock worth at cost": an amount times what one piece of it is worth."""
    for place, item in enumerate(items[:-2]):
        if _word(item) not in lexicon.worth or items[place + 1].category not in {"in", "of"}:
            continue
        for before in range(place - 1, -1, -1):
            links = tuple(_products(items[before], items[place + 2]))
            if links:
                amount = replace(items[before], columns=links, tables=(), values=(), category="C")
                return (*items[:before], amount, *items[before + 1 : place], *items[place + 3 :])
    return items


def _products(amount: Item, price: Item) -> Iterator[ColumnLink]:
    for left in amount.columns[:2]:
        for right in price.columns:
            same = left.table.id == right.table.id and left.term != right.term
            if same and is_numeric(left.column) and is_numeric(right.column) and left.score >= _NAMED:
                term = ColumnTerm(left.table.id, left.column.name, times=right.column.name)
                # An amount of money adds up, whatever its parts are called.
                yield ColumnLink(left.table, replace(left.column, name="value"), left.score, "computed", of=term)
                return


def _merged(items: tuple[Item, ...], links: tuple[ColumnLink, ...]) -> Item:
    phrase = " ".join(item.phrase for item in items)
    return Item(items[0].start, items[-1].end, phrase, "C", columns=links)

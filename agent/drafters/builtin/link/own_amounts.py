"""What the rows that are named are worth: "the average invoice amount", "a hotel bill", "our stock worth"."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.link.items import ColumnLink, Item
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.schema.line_amount import number_called
from agent.drafters.builtin.schema.rows import is_numeric, measure_columns
from agent.records import Table

# From this score on a span names something itself.
_NAMED = 0.9


def own_amounts(items: tuple[Item, ...], lexicon: Lexicon) -> tuple[Item, ...]:
    """The items, with a word for an amount beside the name of what has it as the amount of its rows."""
    found: list[Item] = []
    place = 0
    while place < len(items):
        made, end = _behind(items, place, lexicon) or _before(items, place, lexicon) or (items[place], place + 1)
        found.append(made)
        place = end
    return tuple(_of_value(item, before, lexicon) for item, before in zip(found, [None, *found], strict=False))


def _behind(items: tuple[Item, ...], place: int, lexicon: Lexicon) -> tuple[Item, int] | None:
    """ "invoice amount", "stock value": the word stands behind the name of a table, or of pieces that have a price."""
    item = items[place]
    if " " in item.phrase and stem(item.last_word) in lexicon.worth:
        # "stock value" is one name for the stock.
        whole = _worth(item, lexicon)
        return (replace(item, columns=(whole,)), place + 1) if whole else None
    if place + 1 >= len(items) or stem(items[place + 1].phrase.casefold()) not in lexicon.amount_words:
        return None
    word = items[place + 1]
    # "the stock worth at cost" says which price.
    priced = place + 3 < len(items) and items[place + 2].category in {"in", "of"}
    link = None if priced else _worth(item, lexicon)
    table = _table(item)
    if link is None and table is not None and not _names_own(word, table):
        link = _amount(table, lexicon)
    return (_merged(item, word, link), place + 2) if link else None


def _before(items: tuple[Item, ...], place: int, lexicon: Lexicon) -> tuple[Item, int] | None:
    """ "the value of our stock"."""
    if stem(items[place].phrase.casefold()) not in lexicon.amount_words or place + 2 >= len(items):
        return None
    end = place + 2 + (items[place + 2].category in {"me", "all", "their"})
    if items[place + 1].category != "of" or end >= len(items):
        return None
    link = _worth(items[end], lexicon)
    return (_merged(items[place], items[end], link), end + 1) if link else None


def _of_value(item: Item, before: Item | None, lexicon: Lexicon) -> Item:
    """ "a hotel bill": the value before the word says which rows, and stays."""
    if before is None or not before.values or before.operator is not None:
        return item
    table = before.values[0].table
    if stem(item.phrase.casefold()) not in lexicon.amount_words or _names_own(item, table):
        return item
    link = _amount(table, lexicon)
    return replace(item, columns=(link,), tables=(), values=(), category="C") if link else item


def _table(item: Item) -> Table | None:
    link = item.tables[0] if item.category == "T" else None
    return link.table if link and link.score >= _NAMED and item.operator is None else None


def _names_own(item: Item, table: Table) -> bool:
    """Whether an item names a column of the table itself."""
    return any(link.table.id == table.id and link.score >= _NAMED for link in item.columns)


def _amount(table: Table, lexicon: Lexicon) -> ColumnLink | None:
    """The column that says what a row of the table is worth."""
    columns = measure_columns(table, lexicon)[:1]
    return ColumnLink(table, columns[0], _NAMED, "own amount") if columns else None


def _worth(item: Item, lexicon: Lexicon) -> ColumnLink | None:
    """So many pieces of a stock at the price of one."""
    link = item.columns[0] if item.columns and item.operator is None else None
    if link is None or link.score < _NAMED or not is_numeric(link.column):
        return None
    price = number_called(link.table, lexicon.prices, lexicon)
    if price is None or not {*lexicon.stocks} & {*lexicon.column_words(link.column.name)}:
        return None
    term = ColumnTerm(link.table.id, link.column.name, times=price.name)
    # An amount of money adds up, whatever its parts are called.
    return ColumnLink(link.table, replace(link.column, name="value", synonyms=()), _NAMED, "computed", of=term)


def _merged(first: Item, last: Item, link: ColumnLink) -> Item:
    return Item(first.start, last.end, f"{first.phrase} {last.phrase}", "C", columns=(link,))

"""What one line of an order or an invoice is worth where no column says so: so many pieces at a price."""

from __future__ import annotations

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.schema.rows import is_numeric, keys
from agent.records import Catalog, Column, Table


def line_amount(table: Table, lexicon: Lexicon) -> ColumnTerm | None:
    """The number of pieces times the price of one; None where the table does not hold both."""
    pieces = number_called(table, lexicon.pieces, lexicon)
    price = number_called(table, lexicon.prices, lexicon)
    return ColumnTerm(table.id, pieces.name, times=price.name) if pieces and price and pieces != price else None


def line_profit(table: Table, catalog: Catalog, lexicon: Lexicon) -> ColumnTerm | None:
    """The price of one piece less what it cost, times how many were sold; the cost may be that of what was sold."""
    pieces = number_called(table, lexicon.pieces, lexicon)
    price = number_called(table, lexicon.prices, lexicon)
    if pieces is None or price is None or pieces == price:
        return None
    if own := number_called(table, lexicon.costs, lexicon):
        return ColumnTerm(table.id, price.name, less=own.name, times=pieces.name)
    for key in table.foreign_keys:
        sold = catalog.table(key.target)
        cost = number_called(sold, lexicon.costs, lexicon) if sold and sold.id != table.id else None
        if sold is not None and cost is not None:
            return ColumnTerm(table.id, price.name, less=cost.name, times=pieces.name, less_of=sold.id)
    return None


def number_called(table: Table, words: tuple[str, ...], lexicon: Lexicon) -> Column | None:
    """The column with numbers whose name has the first of these words (stems, best first) that any has."""
    pointers = keys(table)
    for word in words:
        for column in table.columns:
            named = word in lexicon.column_words(column.name)
            if named and is_numeric(column) and column.name not in pointers:
                return column
    return None

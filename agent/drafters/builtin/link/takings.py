"""Where a schema keeps the money that comes in or goes out: what was sold, what was paid, what was spent."""

from __future__ import annotations

from typing import Literal

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.schema.line_amount import line_amount, number_called
from agent.drafters.builtin.schema.rows import is_numeric, keys
from agent.records import Catalog, Column, Table
from agent.schema_index.words import humanise

Money = Literal["sold", "paid", "spent", "owed", "pay"]
_SCORE = 1.0


def takings(catalog: Catalog, kind: Money, lexicon: Lexicon) -> ColumnLink | None:
    """The column that adds up to the money of a kind; None where no table records any. `pay` is that of persons.

    Of a sale and its lines the sale is taken: the lines stand for it where it is split by what they are of.
    """
    if kind == "pay":
        found = ((table, number_called(table, lexicon.pay, lexicon)) for table in catalog.tables)
        return next((ColumnLink(table, column, _SCORE, "money") for table, column in found if column), None)
    order = {name: position for position, name in enumerate(lexicon.money_tables[kind])}
    best: tuple[bool, int, ColumnLink] | None = None
    for table in catalog.tables:
        words = set(stems(humanise(table.name)))
        ranks = [order[word] for word in words if word in order]
        if not ranks or (kind != "spent" and words & lexicon.no_takings):
            continue
        link = _amount(table, lexicon)
        here = (bool(words & lexicon.lines), min(ranks))
        if link is not None and (best is None or here < best[:2]):
            best = (*here, link)
    return best[2] if best else None


def _amount(table: Table, lexicon: Lexicon) -> ColumnLink | None:
    """What a row of the table is worth: a column, or so many pieces at a price."""
    column = _column(table, lexicon)
    if column is not None:
        return ColumnLink(table, column, _SCORE, "money")
    term = line_amount(table, lexicon)
    pieces = table.column(term.column) if term else None
    return ColumnLink(table, pieces, _SCORE, "money", of=term) if pieces else None


def _column(table: Table, lexicon: Lexicon) -> Column | None:
    pointers = keys(table)
    for name in lexicon.amounts:
        for column in table.columns:
            words = set(lexicon.column_words(column.name))
            if name in words and is_numeric(column) and column.name not in pointers and not words & lexicon.no_takings:
                return column
    return None

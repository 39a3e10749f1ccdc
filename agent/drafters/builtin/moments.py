"""When a row happened, and the condition that it happened within a window."""

from __future__ import annotations

from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.query import ColumnTerm, Condition
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.schema import is_temporal, joins, moment_columns
from agent.records import Table


def window_condition(reading: Reading, phrase: str, window: Window, term: ColumnTerm) -> Condition:
    """The condition that a date column lies within a window, said as an assumption."""
    reading.assume(f"{phrase} = {window} by {term.table}.{term.column}", 0.02)
    return Condition(term, "window", (window,))


def moments_of(reading: Reading, table: Table) -> list[ColumnTerm]:
    """The date columns that say when a row of the table happened: its own, or those of the rows it belongs to."""
    own = [ColumnTerm(table.id, column.name) for column in moment_columns(table, reading.lexicon)]
    if own:
        return own
    nearest: list[tuple[int, ColumnTerm]] = []
    for other in reading.catalog.tables:
        if other.id == table.id or not any(is_temporal(column) for column in other.columns):
            continue
        path = joins(reading.catalog, table.id, other.id)
        if path and not any(join.fans_out for join in path):
            column = moment_columns(other, reading.lexicon)[0]
            nearest.append((len(path), ColumnTerm(other.id, column.name)))
    return [term for _, term in sorted(nearest, key=lambda entry: entry[0])]

"""When a row happened, and the condition that it happened within a window."""

from __future__ import annotations

from agent.drafters.builtin.choices import Choice, Option
from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.query import ColumnTerm, Condition
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.schema import joins, moment_columns, moment_ranks
from agent.records import Table


def window_condition(reading: Reading, phrase: str, window: Window, term: ColumnTerm) -> Condition:
    """The condition that a date column lies within a window, said as an assumption."""
    reading.assume(f"{phrase} = {window} by {term.table}.{term.column}", 0.02)
    return Condition(term, "window", (window,))


def moment_of(reading: Reading, table: Table) -> ColumnTerm | None:
    """The date column that says when a row of the table happened: its own, or one of the rows it belongs to.

    Which is meant is left open where two are as near and named as tellingly.
    """
    near = _nearest(reading, table)
    if not near:
        return None
    best = [term for rank, term in near if rank == near[0][0]]
    options = tuple(Option((term,), f"the date of {table.id} is {term.table}.{term.column}") for term in best)
    if len(options) == 1:
        return best[0]
    (term,) = reading.decisions.take(Choice(f"date of {table.id}", options)).columns
    return term


def _nearest(reading: Reading, table: Table) -> list[tuple[tuple[int, int], ColumnTerm]]:
    """The date columns that a row of the table has or belongs to, each with its joins away and its rank, best first."""
    own = moment_columns(table, reading.lexicon)
    found = []
    for other in [table] if own else reading.catalog.tables:
        columns = moment_columns(other, reading.lexicon)
        path = joins(reading.catalog, table.id, other.id) if columns else None
        if path is not None and not any(join.fans_out for join in path):
            for column in columns:
                first, *_ = moment_ranks(other, column, reading.lexicon)
                found.append(((len(path), first), ColumnTerm(other.id, column.name)))
    return sorted(found, key=lambda entry: entry[0])

"""What the drafter asks of a schema: what a row is called, when it happened, what adds up, how tables relate."""

from __future__ import annotations

from collections.abc import Iterable

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.schema.paths import path_between
from agent.drafters.builtin.schema.row_dates import begins_row, is_beside, is_own_date
from agent.records import Catalog, Column, Table
from agent.schema_index.per_catalog import per_catalog
from agent.schema_index.spoken import spoken
from agent.schema_index.words import humanise

_NUMERIC = ("integer", "number")
_TEMPORAL = ("date", "datetime")


def is_connected(catalog: Catalog, source: str, target: str) -> bool:
    """Whether foreign keys lead from one table to the other."""
    return path_between(catalog, source, target) is not None


def keys(table: Table) -> frozenset[str]:
    """The names of the columns that only identify or point: primary and foreign keys."""
    pointing = {name for key in table.foreign_keys for name in key.columns}
    return frozenset({*table.primary_key, *pointing})


def is_numeric(column: Column) -> bool:
    """Whether arithmetic on the column makes sense by its type."""
    return column.kind in _NUMERIC


def is_temporal(column: Column) -> bool:
    """Whether the column holds dates or times."""
    return column.kind in _TEMPORAL


def label_columns(table: Table, lexicon: Lexicon) -> tuple[Column, ...]:
    """The columns that say what a row of the table is called: its name, its first and last name, or its key."""
    said = spoken(table, {})
    by_name = {stems(said.columns[column.name]): column for column in table.columns}
    by_name |= {stems(humanise(column.name)): column for column in table.columns}
    own_name = stems(humanise(table.name))
    for phrase in lexicon.labels:
        for name in (phrase, own_name + phrase):
            if name in by_name:
                return _with_last_name(by_name[name], by_name)
    pointers = keys(table)
    text = [column for column in table.columns if column.kind == "text" and column.name not in pointers]
    named = [column for column in text if stems(humanise(column.name))[-1:] in lexicon.labels]
    if named:
        return (named[0],)
    primary = tuple(column for name in table.primary_key if (column := table.column(name)))
    return primary or tuple(text[:1]) or table.columns[:1]


def _with_last_name(column: Column, by_name: dict[tuple[str, ...], Column]) -> tuple[Column, ...]:
    first, last = stems("first name"), stems("last name")
    if by_name.get(first) == column and last in by_name:
        return column, by_name[last]
    return (column,)


def event_of(column: Column) -> str:
    """What happened at the time that a column holds, where its name says so: "left" of left_on; else nothing."""
    *event, last = humanise(column.name).casefold().split() or [""]
    return " ".join(event) if last in {"on", "at"} else ""


def moment_columns(table: Table, lexicon: Lexicon) -> tuple[Column, ...]:
    """The date columns of the table, the one that most likely says when a row happened first."""
    temporal = [column for column in table.columns if is_temporal(column)]
    return tuple(sorted(temporal, key=lambda column: moment_ranks(table, column, lexicon)))


def moment_ranks(table: Table, column: Column, lexicon: Lexicon) -> tuple[int, ...]:
    """How telling the words of a date column are, best first; the smaller the likelier it says when a row happened."""
    if is_beside(column, lexicon):
        return (len(lexicon.moments) + 2,)
    # "returned_on" of returns and "shipped_at" of shipments are named for the event itself.
    if is_own_date(table, column, lexicon):
        return (-1,)
    words = stems(humanise(column.name))
    order = {word: position for position, word in enumerate(lexicon.moments)}
    last = len(order) + (not begins_row(column, lexicon))
    return (*sorted(order[word] for word in words if word in order), last)


def measure_columns(table: Table, lexicon: Lexicon) -> tuple[Column, ...]:
    """The numeric columns that can be added up over the rows of the table, the most telling first."""
    order = {word: position for position, word in enumerate(lexicon.measures)}
    pointers = keys(table)
    ranked = []
    for position, column in enumerate(table.columns):
        words = stems(humanise(column.name))
        known = [order[word] for word in words if word in order]
        if is_numeric(column) and column.name not in pointers and known and not is_intensive(column, lexicon):
            ranked.append((min(known), position, column))
    return tuple(column for *_, column in sorted(ranked, key=lambda entry: entry[:2]))


def is_intensive(column: Column, lexicon: Lexicon) -> bool:
    """Whether the column measures one row (a price, an age), so that a sum of it says nothing."""
    return bool(set(stems(humanise(column.name))) & lexicon.intensive)


def is_calendar(column: Column, lexicon: Lexicon) -> bool:
    """Whether the column holds a year, a month or a day as a number."""
    return stems(humanise(column.name))[-1:] in {(unit,) for unit in lexicon.calendar}


def find_column(table: Table, words: Iterable[str], lexicon: Lexicon) -> Column | None:
    """The first column of the table that has one of these words (stems, best first) in its name or synonyms."""
    pointers = keys(table)
    for word in words:
        if word == "date":
            moments = moment_columns(table, lexicon)
            if moments:
                return moments[0]
        for column in table.columns:
            names = [humanise(column.name), *column.synonyms]
            if column.name not in pointers and any(word in stems(name) for name in names):
                return column
    return None


def ranking_measure(catalog: Catalog, table: Table, lexicon: Lexicon) -> ColumnTerm | None:
    """The column that ranks rows of `table` when the question names none: the nearest thing that adds up per row.

    Only tables of which one row of `table` has many are looked at, the nearest first.
    """
    known = _ranking_measures(catalog)
    if table.id not in known:
        known[table.id] = _nearest_measure(catalog, table, lexicon)
    return known[table.id]


@per_catalog
def _ranking_measures(catalog: Catalog) -> dict[str, ColumnTerm | None]:
    """What has been found for tables: every join of a large catalog is walked for it."""
    return {}


def _nearest_measure(catalog: Catalog, table: Table, lexicon: Lexicon) -> ColumnTerm | None:
    best: tuple[tuple[bool, int, int], ColumnTerm] | None = None
    order = {word: position for position, word in enumerate(lexicon.measures)}
    for other in catalog.tables:
        columns = measure_columns(other, lexicon)
        path = path_between(catalog, table.id, other.id) if columns and other.id != table.id else None
        if not path or not all(join.fans_out for join in path):
            continue
        words = stems(humanise(columns[0].name))
        rank = min(order[word] for word in words if word in order)
        # A budget or a cost says little of what a client is worth where a table holds what comes in.
        candidate = (not lexicon.no_takings.isdisjoint(words), len(path), rank)
        if best is None or candidate < best[0]:
            best = candidate, ColumnTerm(other.id, columns[0].name)
    return best[1] if best else None

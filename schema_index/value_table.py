"""The table of stored values: what is written into it, and where a value is stored."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from agent.schema_index import spelling
from agent.schema_index.phrases import phrase_key, words_of
from agent.schema_index.sample import StoredValue

TABLES = (
    'CREATE TABLE value_column (id INTEGER PRIMARY KEY, table_id TEXT NOT NULL, "column" TEXT NOT NULL,'
    ' "values" INTEGER NOT NULL DEFAULT 0, UNIQUE (table_id, "column"))',
    "CREATE TABLE value (key TEXT NOT NULL, column_id INTEGER NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY (key, column_id, value)) WITHOUT ROWID",
    *spelling.TABLES,
)
_NAMES = ("value_column", "value", "value_word", "spelling")
MAX_VALUES, MAX_COLUMN_VALUES, MAX_CHARACTERS = 2_000_000, 100_000, 80
_BATCH = 20_000


class Row(NamedTuple):
    """A stored value, its form for comparison, where it is stored, and in how many columns in all."""

    key: str
    table: str
    column: str
    value: str
    columns: int


def write_values(
    connection: sqlite3.Connection, values: Iterable[StoredValue], tables: Collection[str] | None = None
) -> int:
    """Replace the values of some tables, or all that there are, and tell how many are left out.

    Left out are values that exceed the bounds: 2,000,000 in all, 100,000 of a column and 80 characters of each.
    """
    if tables is None:
        for name in _NAMES:
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in TABLES:
            connection.execute(statement)
    else:
        _remove(connection, tables)
    # Values come in any order of their forms; a small cache would write most pages many times.
    connection.execute("PRAGMA cache_size = -65536")
    ((last,),) = connection.execute("SELECT coalesce(max(id), 0) FROM value_word")
    left_out = _insert(connection, values)
    spelling.index_words(connection, after=last)
    return left_out


def count_values(connection: sqlite3.Connection) -> int:
    """The number of values in the index."""
    return int(connection.execute('SELECT coalesce(sum("values"), 0) FROM value_column').fetchone()[0])


def find_stored(connection: sqlite3.Connection, keys: Iterable[str], most: int) -> Iterator[Row]:
    """Where the values with these forms are stored; of each, `most` places are told."""
    counts = connection.execute(
        "SELECT v.key, count(DISTINCT v.column_id) FROM json_each(?) AS asked"
        " CROSS JOIN value AS v ON v.key = asked.value GROUP BY v.key",
        (json.dumps(list(keys)),),
    )
    for key, columns in counts.fetchall():
        rows = connection.execute(
            'SELECT c.table_id, c."column", v.value FROM value AS v JOIN value_column AS c ON c.id = v.column_id'
            " WHERE v.key = ? ORDER BY v.column_id, v.value LIMIT ?",
            (key, most),
        )
        yield from (Row(key, table, column, value, columns) for table, column, value in rows)


def find_beginnings(connection: sqlite3.Connection, keys: Iterable[str]) -> set[str]:
    """Those of the texts with which the form of a stored value begins."""
    rows = connection.execute(
        "SELECT asked.value FROM json_each(?) AS asked WHERE EXISTS ("
        "SELECT 1 FROM value WHERE value.key >= asked.value AND value.key < asked.value || char(1114111))",
        (json.dumps(list(keys)),),
    )
    return {key for (key,) in rows}


def _remove(connection: sqlite3.Connection, tables: Collection[str]) -> None:
    asked = "SELECT id FROM value_column WHERE table_id IN (SELECT value FROM json_each(?))"
    named = (json.dumps(list(tables)),)
    rows = connection.execute(f"SELECT value FROM value WHERE column_id IN ({asked})", named)  # noqa: S608
    uses: Counter[str] = Counter()
    for (value,) in rows:
        uses.subtract(spelling.spelled_words(words_of(value)))
    spelling.count_words(connection, uses)
    connection.execute(f"DELETE FROM value WHERE column_id IN ({asked})", named)  # noqa: S608
    connection.execute("DELETE FROM value_column WHERE table_id IN (SELECT value FROM json_each(?))", named)


def _insert(connection: sqlite3.Connection, values: Iterable[StoredValue]) -> int:
    room, left_out = MAX_VALUES - count_values(connection), 0
    uses: Counter[str] = Counter()
    columns = _Columns(connection)
    for table, column, value in values:
        words = words_of(value)
        key = phrase_key(words)
        place = columns.id(table, column)
        if not key:
            continue
        if room <= 0 or len(value) > MAX_CHARACTERS or columns.counts[place] >= MAX_COLUMN_VALUES:
            left_out += 1
            continue
        added = connection.execute("INSERT OR IGNORE INTO value VALUES (?, ?, ?)", (key, place, value)).rowcount
        if added:
            room -= 1
            columns.counts[place] += 1
            uses.update(spelling.spelled_words(words))
        if len(uses) >= _BATCH:
            spelling.count_words(connection, uses)
            uses.clear()
    spelling.count_words(connection, uses)
    columns.save()
    return left_out


class _Columns:
    """The numbers of the columns, and how many values each has."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._ids: dict[tuple[str, str], int] = {}
        self.counts: dict[int, int] = {}

    def id(self, table: str, column: str) -> int:
        """The number of a column, which it is given when it is first asked for."""
        known = self._ids.get((table, column))
        if known is None:
            named = (table, column)
            self._connection.execute('INSERT OR IGNORE INTO value_column (table_id, "column") VALUES (?, ?)', named)
            row = self._connection.execute(
                'SELECT id, "values" FROM value_column WHERE table_id = ? AND "column" = ?', named
            ).fetchone()
            self._ids[named] = known = int(row[0])
            self.counts[known] = int(row[1])
        return known

    def save(self) -> None:
        """Write the counts."""
        self._connection.executemany(
            'UPDATE value_column SET "values" = ? WHERE id = ?',
            ((count, number) for number, count in self.counts.items()),
        )

"""Foreign keys that nobody declared, as the stored values tell them."""

from __future__ import annotations

from time import monotonic

from agent.dialects import Reader
from agent.dialects.failures import FailureError
from agent.errors import DatabaseError, LimitError, UnsafeError
from agent.records import Catalog, Column, Row, Table
from agent.schema_index.key_names import Candidate, Key
from agent.schema_index.keys import infer_foreign_keys
from agent.schema_index.progress import Progress
from agent.schema_index.quoting import quoted_name, quoted_table

# Of a table the first rows are read, of their values so many different ones looked up.
READ_ROWS, LOOKED_UP = 10_000, 300
STATEMENT_SECONDS, TOTAL_SECONDS = 1.0, 20.0
# Names that say so are believed unless most values point to nothing; of a key that nobody declared some may.
_CONTRADICTED, _CONFIRMED = 0.5, 0.98
# Fewer values may be found by chance.
_ENOUGH = 3

_OVERLAP = """
WITH looked_up AS (
  SELECT DISTINCT {values}
  FROM (SELECT {columns} FROM {table} LIMIT {rows}) AS first_rows
  WHERE {present}
  LIMIT {most}
)
SELECT
  (SELECT count(*) FROM looked_up),
  (SELECT count(*) FROM (SELECT 1 AS one FROM {target} LIMIT 1) AS any_row),
  (SELECT count(*) FROM (SELECT DISTINCT {values} FROM looked_up JOIN {target} AS target ON {equal}) AS found)
"""
_UNIQUE = """
SELECT count(value), count(DISTINCT value)
FROM (SELECT {column} AS value FROM {table} LIMIT {rows}) AS first_rows
"""


def infer_by_values(catalog: Catalog, reader: Reader, progress: Progress) -> Catalog:
    """The catalog with its inferred foreign keys made anew, in the light of the stored values.

    A column that is called like a key points to it unless most of its values are not there; one whose name is only near
    points to it where all but a few are. Only numbers of values leave the database. One query a candidate and one a
    key that nobody declared, each bounded in rows and time, and all together in time: beyond it names decide alone.
    Raises DatabaseError when the database does not answer any more.
    """
    progress("comparing keys", 0, 1)
    return infer_foreign_keys(catalog, _StoredKeys(catalog.dialect, reader))


class _StoredKeys:
    """What the stored values say of candidates, until its time is over."""

    def __init__(self, dialect: str, reader: Reader) -> None:
        self._dialect = dialect
        self._reader = reader
        self._end = monotonic() + TOTAL_SECONDS
        self._unique: dict[tuple[str, str], bool | None] = {}

    def decide(self, table: Table, columns: tuple[Column, ...], candidate: Candidate) -> bool:
        """Whether the values speak for the candidate, or its name where they are few."""
        key = candidate.key
        if self._is_unique(key) is False:
            return False
        counts = self._counts(self._overlap(table, columns, key))
        # Of an empty table nothing is known.
        if not counts or counts[0] < _ENOUGH or not counts[1]:
            return candidate.is_certain
        looked_up, _, found = counts
        return bool(found / looked_up >= (_CONTRADICTED if candidate.is_certain else _CONFIRMED))

    def _overlap(self, table: Table, columns: tuple[Column, ...], key: Key) -> str:
        values = [f"value_{n}" for n in range(len(columns))]
        named = zip(columns, values, strict=True)
        return _OVERLAP.format(
            values=", ".join(values),
            columns=", ".join(f"{self._name(column)} AS {value}" for column, value in named),
            table=quoted_table(self._dialect, table),
            rows=READ_ROWS,
            present=" AND ".join(f"{value} IS NOT NULL" for value in values),
            most=LOOKED_UP,
            target=quoted_table(self._dialect, key.table),
            equal=" AND ".join(
                f"target.{self._name(column)} = {value}" for column, value in zip(key.columns, values, strict=True)
            ),
        )

    def _is_unique(self, key: Key) -> bool | None:
        """Whether no value of a key comes twice; None where that is not known."""
        if key.is_declared:
            return True
        [column] = key.columns
        name = (key.table.id, column.name)
        if name not in self._unique:
            table = quoted_table(self._dialect, key.table)
            counts = self._counts(_UNIQUE.format(column=self._name(column), table=table, rows=READ_ROWS))
            self._unique[name] = counts[0] == counts[1] if counts and counts[0] else None
        return self._unique[name]

    def _name(self, column: Column) -> str:
        return quoted_name(self._dialect, column.name)

    def _counts(self, sql: str) -> Row | None:
        seconds = min(STATEMENT_SECONDS, self._end - monotonic())
        if seconds <= 0:
            return None
        try:
            return self._reader.rows(sql, seconds)[0]
        except LimitError:
            return None
        except (DatabaseError, UnsafeError) as error:
            cause = error.__cause__
            # As in sampling: another session would be opened, though somebody may have ended this one on purpose.
            if isinstance(cause, FailureError) and cause.kind == "lost":
                raise
            self._reader.rows("SELECT 1", STATEMENT_SECONDS)
            return None

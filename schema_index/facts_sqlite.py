"""What an SQLite file says of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.dialects import Reader
from agent.errors import DatabaseError
from agent.records import Row
from agent.schema_index.facts import SECONDS, ColumnFact, Facts, KeyPart, Relation, facts_of, statements
from agent.schema_index.quoting import quoted_text

# Tables that are asked for together: one that cannot be read costs a call for each of the others.
AT_ONCE = 200
_SHADOW = re.compile(
    r"_(data|idx|content|docsize|config|segments|segdir|stat|node|rowid|parent|chunks|vector_chunks\d+)$"
)


def read_sqlite(reader: Reader) -> Facts:
    """Every table and view; one that cannot be read, such as a view over a table that is gone, has no columns."""
    listed, columns, keys = statements("sqlite")
    objects = reader.rows(listed, SECONDS)
    virtual = {name for name, _, is_virtual in objects if is_virtual}
    kinds = {name: kind for name, kind, _ in objects if not _is_internal(name, virtual)}
    found = list(_rows(reader, columns, list(kinds)))
    primary = [KeyPart("", row[1], "", row[2], "", "", "", row[-1], "primary") for row in found if row[-1]]
    # An index of an expression has no column.
    others = [KeyPart(*row) for row in _rows(reader, keys, list(kinds)) if row[3] is not None]
    facts = facts_of(
        [Relation("", name, kind, "") for name, kind in kinds.items()],
        [ColumnFact(*row[:-1]) for row in found],
        primary + others,
    )
    return facts._replace(default_schema="main")


def _rows(reader: Reader, statement: str, names: list[str]) -> Iterator[Row]:
    for start in range(0, len(names), AT_ONCE):
        part = names[start : start + AT_ONCE]
        try:
            rows = _rows_of(reader, statement, part)
        except DatabaseError:
            rows = [row for name in part for row in _rows_of_one(reader, statement, name)]
        yield from rows


def _rows_of(reader: Reader, statement: str, names: list[str]) -> list[Row]:
    listed = ", ".join(quoted_text("sqlite", name) for name in names)
    return reader.rows(statement.replace(":names", listed), SECONDS)


def _rows_of_one(reader: Reader, statement: str, name: str) -> list[Row]:
    try:
        return _rows_of(reader, statement, [name])
    except DatabaseError:
        return []


def _is_internal(name: str, virtual: set[str]) -> bool:
    shadow = _SHADOW.search(name)
    return name.startswith("sqlite_") or (shadow is not None and name[: shadow.start()] in virtual)

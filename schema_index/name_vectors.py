"""The vectors of names, as an index keeps them: in bytes, since opening an index needs none of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence

from agent.schema_index.progress import Progress

TABLES = ("CREATE TABLE name_vector (text TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID",)
STEP = "reading names"
# Texts that are encoded between two reports of progress.
CHUNK = 256


def write_name_vectors(
    connection: sqlite3.Connection,
    names: Collection[str],
    encode: Callable[[Sequence[str]], Sequence[bytes]],
    afresh: bool,
    report: Progress,
) -> None:
    """Keep the vectors of exactly these names; only new ones are encoded, and all if it is done `afresh`."""
    if afresh:
        connection.execute("DELETE FROM name_vector")
    known = {text for (text,) in connection.execute("SELECT text FROM name_vector")}
    gone = known.difference(names)
    connection.executemany("DELETE FROM name_vector WHERE text = ?", ((text,) for text in gone))
    # Those of like length are encoded together.
    new = sorted({*names} - known, key=lambda text: (len(text), text))
    for start in range(0, len(new), CHUNK):
        report(STEP, start, len(new))
        part = new[start : start + CHUNK]
        connection.executemany("INSERT INTO name_vector VALUES (?, ?)", zip(part, encode(part), strict=True))


def read_name_vectors(connection: sqlite3.Connection, texts: Sequence[str]) -> dict[str, bytes]:
    """The vectors of those of the texts that are names."""
    query = "SELECT text, vector FROM name_vector WHERE text IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(query, (json.dumps(texts),)))

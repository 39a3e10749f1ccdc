"""The names of tables and columns as a full-text index, for the words that a question shares with them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from agent.records import Catalog
from agent.schema_index.words import humanise, normalise, stem_key, word_list

# `body` is stemmed by porter; `exact` is compared whole. An empty column means the table itself.
TABLES = (
    "CREATE VIRTUAL TABLE name USING fts5("
    "body, table_id UNINDEXED, column UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2')",
    "CREATE TABLE exact (key TEXT NOT NULL, table_id TEXT NOT NULL, column TEXT NOT NULL)",
    "CREATE INDEX exact_key ON exact (key)",
)
_WORD = re.compile(r"[^\W_]+")
_IDENTIFIER = re.compile(r"\w+")
MAX_WORDS = 200


class NameMatch(NamedTuple):
    """A table, or with `column` one of its columns, whose name has words of the question.

    `is_identifier` says that it cannot be a plain word by chance: it has several words, or is a code.
    """

    table: str
    column: str
    name: str
    is_identifier: bool = False


def write_names(connection: sqlite3.Connection, catalog: Catalog) -> None:
    """Replace what the name index holds."""
    # A row that is deleted from a full-text index stays in its file.
    connection.execute("DROP TABLE name")
    connection.execute(TABLES[0])
    connection.execute("DELETE FROM exact")
    names = list(_names(catalog))
    connection.executemany(
        "INSERT INTO name VALUES (?, ?, ?)",
        ((humanise(name), table, column) for name, table, column in names),
    )
    connection.executemany(
        "INSERT INTO exact VALUES (?, ?, ?)", ((_key(name), table, column) for name, table, column in names)
    )


def _names(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    for table in catalog.tables:
        qualified = (table.id,) if table.schema else ()
        yield from ((name, table.id, "") for name in (table.name, *qualified, *table.synonyms))
        for column in table.columns:
            yield from ((name, table.id, column.name) for name in (column.name, *column.synonyms))


def _key(name: str) -> str:
    return stem_key(humanise(name))


def find_names(question: str, connection: sqlite3.Connection, limit: int) -> tuple[NameMatch, ...]:
    """Names that share words with the question, by BM25 over stemmed words, best first."""
    stop = word_list("stopwords.txt")
    words = dict.fromkeys(word for word in _WORD.findall(question.lower()) if word not in stop)
    if not words:
        return ()
    terms = " OR ".join(f'"{word}"' for word in list(words)[:MAX_WORDS])
    rows = connection.execute(
        "SELECT table_id, column, body FROM name WHERE name MATCH ? ORDER BY rank, rowid LIMIT ?",
        (terms, limit),
    )
    return tuple(NameMatch(*row) for row in rows)


def find_exact(question: str, connection: sqlite3.Connection) -> tuple[NameMatch, ...]:
    """Names and synonyms that stand whole in the question, as words or as written, longest first."""
    codes = {token.lower() for token in _IDENTIFIER.findall(question) if token.isupper()}
    found: list[NameMatch] = []
    for key in sorted(set(_exact_keys(question)), key=lambda key: (-len(key), key)):
        rows = connection.execute("SELECT table_id, column FROM exact WHERE key = ? ORDER BY rowid", (key,))
        found += (NameMatch(table, column, key, " " in key or key in codes) for table, column in rows)
    return tuple(found)


def _exact_keys(question: str) -> Iterator[str]:
    stop = word_list("stopwords.txt")
    yield from (_key(token) for token in _IDENTIFIER.findall(question)[:MAX_WORDS] if token.lower() not in stop)
    words = normalise(question).split()[:MAX_WORDS]
    for length in (2, 3, 4):
        for n in range(len(words) - length + 1):
            yield stem_key(" ".join(words[n : n + length]))

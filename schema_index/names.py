"""The names of tables and columns as a full-text index, for the words that a question shares with them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from agent.records import Catalog
from agent.schema_index.spoken import spoken
from agent.schema_index.words import humanise, normalise, stem_key, word_list

# `body` is stemmed by porter; `exact` is compared whole. An empty column means the table itself. What is said of a
# table or column in a comment has its own kind of row, since it is no name.
TABLES = (
    "CREATE VIRTUAL TABLE name USING fts5("
    "body, table_id UNINDEXED, column UNINDEXED, kind UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2')",
    "CREATE TABLE exact (key TEXT NOT NULL, table_id TEXT NOT NULL, column TEXT NOT NULL, is_synonym INTEGER NOT NULL)",
    "CREATE INDEX exact_key ON exact (key)",
)
NAME, SAID = "name", "said"
_IDENTIFIER = re.compile(r"\w+")
_QUALIFIED = re.compile(r"\w+(?:\.\w+)+")
MAX_WORDS = 200


class NameMatch(NamedTuple):
    """A table, or with `column` one of its columns, whose name stands in the question as `name`.

    `is_code` says that it is written as an identifier is, which no plain word is by chance; `name` may otherwise be
    one plain word or several. `is_synonym` says that a description gives the name.
    """

    table: str
    column: str
    name: str
    is_code: bool = False
    is_synonym: bool = False


class _Entry(NamedTuple):
    body: str
    key: str
    table: str
    column: str
    kind: str
    is_synonym: bool = False


def write_names(
    connection: sqlite3.Connection,
    catalog: Catalog,
    touched: Collection[str] | None = None,
    abbreviations: Mapping[str, str] | None = None,
) -> None:
    """Replace what the name index holds: all of it, or that of the tables whose ids are `touched`.

    Some of those may be gone from the catalog.
    """
    if touched is None:
        # A row that is deleted from a full-text index stays in its file.
        connection.execute("DROP TABLE name")
        connection.execute(TABLES[0])
        connection.execute("DELETE FROM exact")
    else:
        gone = [(row,) for row, table in connection.execute("SELECT rowid, table_id FROM name") if table in touched]
        connection.executemany("DELETE FROM name WHERE rowid = ?", gone)
        connection.executemany("DELETE FROM exact WHERE rowid = ?", gone)
    entries = [entry for entry in _entries(catalog, abbreviations or {}) if touched is None or entry.table in touched]
    first = connection.execute("SELECT coalesce(max(rowid), 0) + 1 FROM name").fetchone()[0]
    connection.executemany(
        "INSERT INTO name (rowid, body, table_id, column, kind) VALUES (?, ?, ?, ?, ?)",
        ((n, entry.body, entry.table, entry.column, entry.kind) for n, entry in enumerate(entries, first)),
    )
    connection.executemany(
        "INSERT INTO exact (rowid, key, table_id, column, is_synonym) VALUES (?, ?, ?, ?, ?)",
        ((n, *entry[1:4], entry.is_synonym) for n, entry in enumerate(entries, first) if entry.key),
    )


def _entries(catalog: Catalog, abbreviations: Mapping[str, str]) -> Iterator[_Entry]:
    for table in catalog.tables:
        if table.shard_of:
            # Another copy stands for it, unless its whole name is asked for.
            yield _Entry("", _key(table.name), table.id, "", NAME)
            continue
        said = spoken(table, abbreviations)
        qualified = (table.id,) if table.schema else ()
        for name in dict.fromkeys((table.name, *qualified, *table.synonyms, said.table)):
            yield _Entry(humanise(name), _key(name), table.id, "", NAME, name in table.synonyms)
        if table.comment:
            yield _Entry(table.comment, "", table.id, "", SAID)
        for column in table.columns:
            for name in dict.fromkeys((column.name, *column.synonyms, said.columns[column.name])):
                yield _Entry(humanise(name), _key(name), table.id, column.name, NAME, name in column.synonyms)
            if column.comment:
                yield _Entry(column.comment, "", table.id, column.name, SAID)


def _key(name: str) -> str:
    return stem_key(humanise(name))


def has_word(word: str, connection: sqlite3.Connection) -> bool:
    """Whether a name of the schema has the word, in any of its forms."""
    query = "SELECT 1 FROM name WHERE name MATCH ? LIMIT 1"
    return connection.execute(query, (_quoted(word),)).fetchone() is not None


def tables_with(phrases: Iterable[str], connection: sqlite3.Connection) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of the tables that are called one of the phrases, and of those of which a column or comment has it.

    The words of a phrase stand side by side, in any of their forms.
    """
    named: set[str] = set()
    holding: set[str] = set()
    query = "SELECT DISTINCT table_id, column = '' AND kind = 'name' FROM name WHERE name MATCH ?"
    for table, is_name in connection.execute(query, (" OR ".join(_quoted(phrase) for phrase in phrases),)):
        (named if is_name else holding).add(table)
    return frozenset(named), frozenset(holding)


def _quoted(phrase: str) -> str:
    doubled = phrase.replace('"', '""')
    return f'"{doubled}"'


def find_exact(question: str, connection: sqlite3.Connection) -> tuple[NameMatch, ...]:
    """Names and synonyms that stand whole in the question, as words or as written, longest first."""
    tokens = {token for token in _IDENTIFIER.findall(question) if _is_code(token)}
    codes = {_key(name) for name in (*tokens, *_QUALIFIED.findall(question))}
    found: list[NameMatch] = []
    for key in sorted(set(_exact_keys(question)), key=lambda key: (-len(key), key)):
        rows = connection.execute("SELECT table_id, column, is_synonym FROM exact WHERE key = ? ORDER BY rowid", (key,))
        for table, column, is_synonym in rows:
            is_code = key in codes and (not column or column in tokens) and not _is_emphasis(column)
            found.append(NameMatch(table, column, key, is_code, bool(is_synonym)))
    return tuple(dict.fromkeys(found))


def _is_code(token: str) -> bool:
    """Whether a word is written as only identifiers are: IBE, order_items, orderItems, addr2."""
    is_cased = token.lower() != token.upper()
    return "_" in token.strip("_") or (is_cased and (token.isupper() or not (token.islower() or token.istitle())))


def _is_emphasis(column: str) -> bool:
    """Whether a column has the name of a plain word in capitals, which may as well stand there for emphasis."""
    return column.isupper() and column.lower() in word_list("common_words.txt") | word_list("generic_keys.txt")


def _exact_keys(question: str) -> Iterator[str]:
    stop = word_list("stopwords.txt")
    yield from (_key(token) for token in _IDENTIFIER.findall(question)[:MAX_WORDS] if token.lower() not in stop)
    words = normalise(question).split()[:MAX_WORDS]
    for length in (2, 3, 4):
        for n in range(len(words) - length + 1):
            yield stem_key(" ".join(words[n : n + length]))

"""A hash of a database's schema, by which an index knows that it is up to date."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing

from agent.dialects import open_reader
from agent.dialects.address import Address
from agent.errors import DatabaseError
from agent.schema_index.facts import SECONDS, read_facts

_STATEMENTS = """
    SELECT type, name, sql FROM sqlite_master
    WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~'
    ORDER BY type, name
"""


def fingerprint(address: Address, schemas: tuple[str, ...] = ()) -> str:
    """A hash of what the database says of its schema: in SQLite its statements, elsewhere its catalog.

    Raises DatabaseError when the database cannot be opened or read, and UsageError for a missing driver.
    """
    if address.dialect != "sqlite":
        return _hash(read_facts(address, schemas))
    with closing(open_reader(address)) as reader:
        try:
            return _hash(reader.rows(_STATEMENTS, SECONDS))
        except DatabaseError as error:
            raise DatabaseError(f"the schema cannot be read: {error.message}", error.hint) from error


def _hash(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()

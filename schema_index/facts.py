"""What a database says of itself, in rows of one form whatever the engine."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import NamedTuple

from agent.dialects import DIALECTS, Reader, open_reader
from agent.dialects.address import Address
from agent.errors import DatabaseError
from agent.schema_index.quoting import quoted_text
from agent.schema_index.words import package_text

SECONDS = 120.0
# Where no schema is named: of MySQL the database that the URL names, elsewhere every one that can be read.
EVERY_SCHEMA = {
    "postgres": "SELECT nspname FROM pg_catalog.pg_namespace",
    "duckdb": "SELECT schema_name FROM duckdb_schemas()",
    "mysql": "DATABASE()",
}


DEFAULT_SCHEMA = {
    "postgres": "SELECT coalesce(current_schema(), '')",
    "duckdb": "SELECT current_schema()",
    "mysql": "SELECT coalesce(DATABASE(), '')",
}


class Relation(NamedTuple):
    """A table or a view (`kind`); here and below `schema` is empty for the default schema."""

    schema: str
    table: str
    kind: str
    comment: str


class ColumnFact(NamedTuple):
    """A column; `family` is a type whose name tells the kind, where that of `type` does not."""

    schema: str
    table: str
    name: str
    type: str
    family: str
    nullable: bool
    comment: str
    place: int


class KeyPart(NamedTuple):
    """One column of a key of some `kind`: `primary`, `unique`, or `foreign`, which alone has a target.

    An empty `target_column` of a foreign key stands for the primary key of the target.
    """

    schema: str
    table: str
    key: str
    column: str
    target_schema: str
    target: str
    target_column: str
    place: int
    kind: str


class Facts(NamedTuple):
    """All that an engine says of its tables, each list sorted by schema and table."""

    relations: list[Relation]
    columns: list[ColumnFact]
    keys: list[KeyPart]
    default_schema: str = ""


def read_facts(address: Address, schemas: tuple[str, ...] = ()) -> Facts:
    """What the database says of the named schemas, or of all that the role can read.

    Raises DatabaseError when the database cannot be opened or read, and UsageError for a missing driver.
    """
    if address.dialect not in DIALECTS:
        from agent.schema_index.facts_sqlalchemy import read_any

        return read_any(address, schemas)
    with closing(open_reader(address)) as reader:
        try:
            return _read(reader, address.dialect, schemas)
        except DatabaseError as error:
            raise DatabaseError(f"the schema cannot be read: {error.message}", error.hint) from error


def _read(reader: Reader, dialect: str, schemas: tuple[str, ...]) -> Facts:
    if dialect == "sqlite":
        from agent.schema_index.facts_sqlite import read_sqlite

        return read_sqlite(reader)
    named = ", ".join(quoted_text(dialect, schema) for schema in schemas) or EVERY_SCHEMA[dialect]
    relations, columns, keys = (
        reader.rows(statement.replace(":schemas", named), SECONDS) for statement in statements(dialect)
    )
    [(default,)] = reader.rows(DEFAULT_SCHEMA[dialect], SECONDS)
    facts = facts_of(map(Relation._make, relations), map(ColumnFact._make, columns), map(KeyPart._make, keys))
    return facts._replace(default_schema=default)


def facts_of(relations: Iterable[Relation], columns: Iterable[ColumnFact], keys: Iterable[KeyPart]) -> Facts:
    """Facts in their order: columns by place, keys by name and place, whatever order the engine has."""
    return Facts(
        sorted(relations),
        sorted(columns, key=lambda column: (column.schema, column.table, column.place)),
        sorted(keys, key=lambda part: (part.schema, part.table, part.key, part.place)),
    )


def statements(dialect: str) -> list[str]:
    """The three statements of an engine's file, for relations, columns and keys."""
    return [part.strip() for part in package_text(f"facts_{dialect}.sql").split(";\n") if part.strip()]

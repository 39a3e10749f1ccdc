"""Names of tables and columns as a query must spell them."""

from __future__ import annotations

from functools import lru_cache

from agent.prompts.outside import outside_line
from agent.records import Table

# The longest that any engine of ours allows is 64 characters, but SQLite and DuckDB have no limit.
MAX_NAME = 128


def table_name(table: Table, dialect: str) -> str:
    """The table with its schema, each quoted where it must be."""
    return ".".join(column_name(part, dialect) for part in (table.schema, table.name) if part)


@lru_cache(maxsize=10_000)
def column_name(name: str, dialect: str) -> str:
    """A single name, in the quotation marks of the dialect where it cannot stand without."""
    from sqlglot import Dialect, exp

    known = dialect if Dialect.get(dialect) else ""
    plain = outside_line(name, MAX_NAME)
    return exp.to_identifier(plain, quoted=not _stands_bare(plain, known)).sql(dialect=known)


def _stands_bare(name: str, dialect: str) -> bool:
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    if not name.isidentifier() or (dialect == "postgres" and name != name.lower()):
        return False
    try:
        tree = parse_one(f"SELECT t.{name}, {name} FROM {name} AS t", dialect=dialect)  # noqa: S608 - it never runs
    except SqlglotError:
        return False
    return all(isinstance(column, exp.Column) and column.name == name for column in tree.expressions)

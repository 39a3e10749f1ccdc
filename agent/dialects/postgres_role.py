"""What a role of PostgreSQL may do beyond reading, and the statements that make one which may not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agent.dialects.role import Role

if TYPE_CHECKING:
    from agent.dialects import Reader

SECONDS = 10.0
GRANTS_FILE = Path(__file__).with_name("postgres_grants.txt")

WHO = """
SELECT current_user, current_setting('server_version'), current_database(), rolsuper, rolcreaterole, rolcreatedb,
    rolreplication, has_database_privilege(current_database(), 'CREATE')
FROM pg_roles WHERE rolname = current_user
"""
# Roles that come with the server, and what they let a member do.
MEMBERSHIPS = {
    "pg_execute_server_program": "run programs on the server",
    "pg_write_server_files": "write files of the server",
    "pg_read_server_files": "read files of the server",
    "pg_write_all_data": "change the data of all tables",
    "pg_signal_backend": "stop the queries of others",
}
MEMBER = "SELECT rolname FROM pg_roles WHERE rolname IN ({names}) AND pg_has_role(current_user, oid, 'USAGE')"
SCHEMAS = """
SELECT nspname, quote_ident(nspname), has_schema_privilege(oid, 'CREATE') FROM pg_namespace
WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%' ORDER BY nspname
"""
TABLES = """
SELECT quote_ident(nspname) || '.' || quote_ident(relname)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'f') AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
    AND (has_table_privilege(pg_class.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
         OR has_any_column_privilege(pg_class.oid, 'INSERT, UPDATE'))
ORDER BY 1
"""


def read_role(reader: Reader) -> Role:
    """The role of a session; errors as in `Reader.rows`."""
    ((name, version, database, *rights),) = reader.rows(WHO, SECONDS)
    schemas = reader.rows(SCHEMAS, SECONDS)
    grants = _grants(database, [quoted for _, quoted, _ in schemas])
    return Role(name, f"PostgreSQL {version}", tuple(_may(reader, rights, schemas)), grants)


def _may(reader: Reader, rights: list[bool], schemas: list[tuple[str, str, bool]]) -> Iterator[str]:
    is_superuser, makes_roles, makes_databases, replicates, makes_schemas = rights
    if is_superuser:
        # All the rest follows from it.
        yield "do anything, and run programs on the server (superuser)"
        return
    names = ", ".join(f"'{name}'" for name in MEMBERSHIPS)
    held = {name for (name,) in reader.rows(MEMBER.format(names=names), SECONDS)}
    yield from (f"{right} ({name})" for name, right in MEMBERSHIPS.items() if name in held)
    for has, right in (
        (makes_roles, "create roles"),
        (replicates, "copy the whole server (replication)"),
        (makes_databases, "create databases"),
        (makes_schemas, "create schemas in this database"),
    ):
        if has:
            yield right
    if tables := [table for (table,) in reader.rows(TABLES, SECONDS)]:
        yield f"change the data of {_some(tables)}"
    if open_schemas := [name for name, _, may_create in schemas if may_create]:
        yield f"create tables in the schema {_some(open_schemas)}"


def _some(names: list[str], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _grants(database: str, schemas: list[str]) -> tuple[str, ...]:
    """The statements of the file; a line that names a schema is there once for each."""
    quoted = '"{}"'.format(database.replace('"', '""'))
    lines = GRANTS_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(
        line.format(database=quoted, schema=schema)
        for line in lines
        for schema in (schemas if "{schema}" in line else [""])
    )

"""What a role of PostgreSQL may do beyond reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.dialects.role import Role, some

if TYPE_CHECKING:
    from agent.dialects import Reader

SECONDS = 10.0

WHO = "SELECT current_user, current_setting('server_version')"

# One statement, because each costs some round trips, and it runs whenever a database is opened. Rights are read from
# the lists of grants, because has_table_privilege() is much slower in a fresh session.
RIGHTS = """
WITH me AS MATERIALIZED (SELECT * FROM pg_catalog.pg_roles WHERE rolname = current_user),
spaces AS MATERIALIZED (
    SELECT * FROM pg_catalog.pg_namespace WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
),
tables AS MATERIALIZED (
    SELECT c.*, quote_ident(s.nspname) || '.' || quote_ident(c.relname) AS name
    FROM pg_catalog.pg_class c JOIN spaces s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'f')
),
grants AS (
    SELECT t.name, a.privilege_type, a.grantee FROM tables t, aclexplode(t.relacl) a
    UNION ALL SELECT t.name, a.privilege_type, a.grantee
    FROM tables t JOIN pg_catalog.pg_attribute c ON c.attrelid = t.oid, aclexplode(c.attacl) a
    WHERE c.attacl IS NOT NULL
),
writable AS (
    SELECT name FROM tables WHERE pg_has_role(relowner, 'USAGE')
    UNION SELECT name FROM grants
    WHERE privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
        AND (grantee = 0 OR pg_has_role(grantee, 'MEMBER'))
)
SELECT 'superuser', '' FROM me WHERE rolsuper
UNION ALL SELECT 'becomes', r.rolname FROM me, pg_catalog.pg_roles r
    WHERE NOT me.rolsuper AND r.rolsuper AND pg_has_role(r.oid, 'MEMBER')
UNION ALL SELECT r.rolname, '' FROM me, pg_catalog.pg_roles r
    WHERE NOT me.rolsuper AND r.rolname LIKE 'pg\\_%' AND pg_has_role(r.oid, 'MEMBER')
UNION ALL SELECT 'roles', '' FROM me WHERE NOT rolsuper AND rolcreaterole
UNION ALL SELECT 'replication', '' FROM me WHERE NOT rolsuper AND rolreplication
UNION ALL SELECT 'databases', '' FROM me WHERE NOT rolsuper AND rolcreatedb
UNION ALL SELECT 'schemas', '' FROM me WHERE NOT rolsuper AND has_database_privilege(current_database(), 'CREATE')
UNION ALL SELECT 'data', writable.name FROM me, writable WHERE NOT rolsuper
UNION ALL SELECT 'tables', quote_ident(nspname) FROM me, spaces
    WHERE NOT rolsuper AND has_schema_privilege(spaces.oid, 'CREATE')
UNION ALL SELECT 'functions', quote_ident(s.nspname) || '.' || quote_ident(p.proname)
    FROM me, pg_catalog.pg_proc p JOIN spaces s ON s.oid = p.pronamespace
    WHERE NOT me.rolsuper AND p.prosecdef AND NOT pg_has_role(p.proowner, 'USAGE')
        AND has_function_privilege(p.oid, 'EXECUTE')
ORDER BY 1, 2
"""

# In the order of harm; of the roles that come with the server, those that let a member do more than read.
WORDS = {
    "superuser": "do anything, and run programs on the server (superuser)",
    "becomes": "become {names}, a superuser",
    "pg_execute_server_program": "run programs on the server (pg_execute_server_program)",
    "pg_write_server_files": "write files of the server (pg_write_server_files)",
    "pg_read_server_files": "read files of the server (pg_read_server_files)",
    "pg_write_all_data": "change the data of all tables (pg_write_all_data)",
    "pg_signal_backend": "stop the queries of others (pg_signal_backend)",
    "roles": "create roles",
    "replication": "copy the whole server (replication)",
    "databases": "create databases",
    "schemas": "create schemas in this database",
    "data": "change the data of {names}",
    "tables": "create tables in the schema {names}",
    "functions": "run {names} with the rights of another role (SECURITY DEFINER)",
}


def read_role(reader: Reader) -> Role:
    """The role of a session; errors as in `Reader.rows`."""
    ((name, version),) = reader.rows(WHO, SECONDS)
    return Role(name, f"PostgreSQL {version}", read_rights(reader))


def read_rights(reader: Reader) -> tuple[str, ...]:
    """What the role of a session may do beyond reading, as in `Role.may`; errors as in `Reader.rows`."""
    objects: dict[str, list[str]] = {}
    for right, name in reader.rows(RIGHTS, SECONDS):
        objects.setdefault(right, []).append(name)
    return tuple(words.format(names=some(objects[right])) for right, words in WORDS.items() if right in objects)

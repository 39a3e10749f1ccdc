"""The statements that make a role of PostgreSQL which can only read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.dialects.grants import fill

if TYPE_CHECKING:
    from agent.dialects import Reader

SECONDS = 10.0
GRANTS_FILE = Path(__file__).with_name("postgres_grants.txt")

# What fills the places of the file, as SQL writes it. Functions of the server are named where they reach beyond the
# transaction of their caller: to sessions of the same role, or to the log.
PLACES = """
WITH spaces AS (
    SELECT * FROM pg_catalog.pg_namespace
    WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%' AND {named}
),
routines AS (
    SELECT p.*, format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS signature
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE has_function_privilege('public', p.oid, 'EXECUTE')
),
database AS (SELECT * FROM pg_catalog.pg_database WHERE datname = current_database()),
owners AS (
    SELECT nspname, relowner AS owner FROM spaces JOIN pg_catalog.pg_class c ON c.relnamespace = spaces.oid
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
    UNION SELECT nspname, CASE nspowner::regrole::text WHEN 'pg_database_owner' THEN datdba ELSE nspowner END
    FROM spaces, database
)
SELECT 'database', quote_ident(datname) FROM database
UNION ALL SELECT 'schema', quote_ident(nspname) FROM spaces
UNION ALL SELECT 'maker', format('ROLE %s IN SCHEMA %I', owner::regrole, nspname) FROM owners
UNION ALL SELECT 'temporary', quote_ident(datname) FROM database
    WHERE has_database_privilege('public', oid, 'TEMPORARY')
UNION ALL SELECT 'open', quote_ident(nspname) FROM pg_catalog.pg_namespace
    WHERE nspname NOT LIKE 'pg\\_%' AND has_schema_privilege('public', oid, 'CREATE')
UNION ALL SELECT 'definer', signature FROM routines
    WHERE prosecdef AND pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
UNION ALL SELECT 'reaching', signature FROM routines
    WHERE pronamespace = 'pg_catalog'::regnamespace
        AND proname IN ('pg_terminate_backend', 'pg_cancel_backend', 'pg_logical_emit_message')
ORDER BY 1, 2
"""


def read_grants(reader: Reader, schemas: tuple[str, ...]) -> tuple[str, ...]:
    """The statements for the named schemas, or for all where none is named; errors as in `Reader.rows`."""
    names = ", ".join("'{}'".format(schema.replace("'", "''")) for schema in schemas)
    named = f"nspname IN ({names})" if schemas else "true"
    return fill(GRANTS_FILE, reader.rows(PLACES.format(named=named), SECONDS))

"""Run a checked query on a read-only connection."""

from __future__ import annotations

from agent.dialects import Connection, Heed, heedless
from agent.errors import UnsafeError
from agent.records import CheckedQuery, Limits, Result


def execute(query: CheckedQuery, connection: Connection, limits: Limits, heed: Heed = heedless) -> Result:
    """The rows of a query that the checker passed for this connection's dialect.

    Raises UnsafeError for anything else, LimitError when a limit of time or memory stops the query, and
    DatabaseError when the engine refuses it or does not answer. Limits of rows and bytes cut the result and are said
    in it. What `heed` raises stops the query.
    """
    if type(query) is not CheckedQuery:
        raise UnsafeError("only a checked query can run", "check the SQL first")
    if query.dialect != connection.dialect:
        raise UnsafeError(f"a query checked for {query.dialect} cannot run on {connection.dialect}")
    return connection.run(query.sql, limits, heed)

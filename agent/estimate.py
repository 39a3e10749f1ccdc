"""Ask the engine about a checked query before it runs."""

from __future__ import annotations

from agent.dialects import Connection
from agent.records import CheckedQuery, Finding, Limits, Verdict


def estimate(query: CheckedQuery, connection: Connection, limits: Limits) -> Verdict:
    """Pass the query on, or say why the engine cannot compile it, so that it can be drafted anew.

    Nothing is run. Raises LimitError and DatabaseError when the engine cannot answer at all.
    """
    error = connection.prepare(query.sql, limits)
    if error is None:
        return Verdict(query)
    return Verdict(None, (Finding("estimate", f"{connection.dialect} cannot run it: {error}"),))

"""The bounds of a fixed statement of sqlwright itself, whose rows a `Reader` gives whole."""

from __future__ import annotations

from agent.errors import DatabaseError
from agent.records import Limits

MOST_ROWS = 10_000_000
MOST_BYTES = 1024 * 1024 * 1024


def own_limits(seconds: float, limit: int | None) -> Limits:
    """The limits for all rows, or for the first `limit`."""
    return Limits(rows=MOST_ROWS if limit is None else limit, seconds=seconds, result_bytes=MOST_BYTES)


def require_whole(cut: bool, limit: int | None) -> None:
    """Raise DatabaseError where rows were cut and all were asked for."""
    if cut and limit is None:
        raise DatabaseError("a statement of sqlwright itself returned more rows than can be read")

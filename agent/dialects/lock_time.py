"""How long a statement may wait for a lock of another program."""

from __future__ import annotations

LONGEST_SECONDS = 2.0


def lock_time(seconds: float) -> float:
    """Seconds to wait, of those that the statement has: half at most, so that a lock is not called a slow query."""
    return min(LONGEST_SECONDS, seconds / 2)

"""The fixed statements of sqlwright itself, run in a child process."""

from __future__ import annotations

from agent.dialects.process import ChildProcess
from agent.errors import DatabaseError
from agent.records import Limits, Row

MOST_ROWS = 10_000_000
MOST_BYTES = 1024 * 1024 * 1024


class ProcessReader:
    """A `Reader` over a child process; `close` ends that."""

    def __init__(self, process: ChildProcess) -> None:
        self._process = process

    def rows(self, sql: str, seconds: float, limit: int | None = None) -> list[Row]:
        """The rows of a statement; errors as in `Reader.rows`."""
        limits = Limits(rows=limit or MOST_ROWS, seconds=seconds, result_bytes=MOST_BYTES)
        result = self._process.run(sql, limits)
        if result.truncated and limit is None:
            raise DatabaseError("a statement of sqlwright itself returned more rows than can be read")
        return [*result.rows]

    def close(self) -> None:
        """End the child process."""
        self._process.close()

"""The fixed statements of sqlwright itself, run in a child process."""

from __future__ import annotations

from agent.dialects.own_statement import own_limits, require_whole
from agent.dialects.process import ChildProcess
from agent.records import Row


class ProcessReader:
    """A `Reader` over a child process; `close` ends that."""

    def __init__(self, process: ChildProcess) -> None:
        self._process = process

    def rows(self, sql: str, seconds: float, limit: int | None = None) -> list[Row]:
        """The rows of a statement; errors as in `Reader.rows`."""
        result = self._process.run(sql, own_limits(seconds, limit))
        require_whole(result.truncated, limit)
        return [*result.rows]

    def close(self) -> None:
        """End the child process."""
        self._process.close()

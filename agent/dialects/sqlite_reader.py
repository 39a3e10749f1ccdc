"""The fixed statements of sqlwright itself on SQLite, within this process."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

from agent.dialects.failures import error_of
from agent.dialects.sqlite import open_read_only
from agent.dialects.sqlite_child import STEPS_BETWEEN_CHECKS, kind_of
from agent.records import Limits, Row


class SqliteReader:
    """A `Reader` of one SQLite file; it may be used from several threads, which then take turns."""

    def __init__(self, path: Path) -> None:
        self._turn = threading.Lock()
        self._session = open_read_only(path, check_same_thread=False)

    def rows(self, sql: str, seconds: float, limit: int | None = None) -> list[Row]:
        """The rows of a statement; errors as in `Reader.rows`."""
        deadline = time.monotonic() + seconds
        try:
            with self._turn:
                self._session.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_BETWEEN_CHECKS)
                cursor = self._session.execute(sql)
                try:
                    return cursor.fetchall() if limit is None else cursor.fetchmany(limit)
                finally:
                    cursor.close()
        except (sqlite3.Error, UnicodeError) as error:
            kind = kind_of(error) if isinstance(error, sqlite3.Error) else "statement"
            if kind == "time" and time.monotonic() <= deadline:
                # Ctrl-C came while SQLite asked for the time, and SQLite keeps that to itself.
                raise KeyboardInterrupt from error
            raise error_of(kind, str(error), Limits(seconds=seconds)) from error

    def close(self) -> None:
        """Close the file."""
        self._session.close()

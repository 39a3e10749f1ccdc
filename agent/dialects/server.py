"""Statements on a database server, each in a session of its own.

A session that ran a statement may hold what no rollback takes back (locks, variables, a changed role), so it
is thrown away, and a lost server costs nothing but the statement that ran.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from agent.dialects import Heed, heedless
from agent.dialects.failures import FailureError, error_of, one_line
from agent.dialects.own_statement import own_limits, require_whole
from agent.dialects.watched import stop_in_time, watched
from agent.errors import AgentError, DatabaseError
from agent.records import Limits, Plan, Result, Row

Table = tuple[tuple[str, ...], list[Row], bool]


class Session(Protocol):
    """One session of a driver; `query` and `plan` raise FailureError."""

    @property
    def alive(self) -> bool:
        """Whether it can be used again."""
        ...

    def query(self, sql: str, limits: Limits) -> Table:
        """The columns and rows of a statement in a read-only transaction, and whether a limit cut them."""
        ...

    def plan(self, sql: str, limits: Limits) -> Plan:
        """What the server expects of a statement, which it does not run."""
        ...

    def stop(self) -> None:
        """Make the server stop what it runs; called from another thread, and raises nothing."""
        ...

    def cut(self) -> None:
        """Cut the line to the server, which wakes who waits for it; as `stop`."""
        ...

    def end(self) -> None:
        """End the session; raises nothing."""
        ...


class ServerConnection:
    """A `Connection` to a server; `open_session` raises DatabaseError and UsageError."""

    def __init__(self, dialect: str, open_session: Callable[[], Session], may: tuple[str, ...]) -> None:
        self.dialect = dialect
        self.may = may
        self._open_session = open_session
        self._turn = threading.Lock()
        self._session: Session | None = None
        self._closed = False

    def run(self, sql: str, limits: Limits, heed: Heed = heedless) -> Result:
        """Run one statement; errors as in `Connection.run`."""
        started = time.perf_counter()
        with self._one_session() as session:
            columns, rows, cut = _query(session, sql, limits, heed)
        return Result(columns, tuple(rows), cut, time.perf_counter() - started)

    def plan(self, sql: str, limits: Limits, heed: Heed = heedless) -> Plan | str:
        """Let the server plan one statement; errors as in `Connection.plan`."""
        with self._one_session() as session:
            try:
                return watched(lambda: session.plan(sql, limits), limits, session.stop, session.cut, heed)
            except FailureError as failure:
                if failure.kind in ("statement", "denied"):
                    return one_line(failure.text)
                raise error_of(failure.kind, failure.text, limits) from failure

    def close(self) -> None:
        """Stop what runs, also in another thread; more calls do nothing."""
        self._closed = True
        session = self._session
        if session:
            stop_in_time(session.stop)
            session.cut()

    @contextmanager
    def _one_session(self) -> Iterator[Session]:
        with self._turn:
            if self._closed:
                raise DatabaseError("the connection is closed")
            self._session = session = self._open_session()
            try:
                # It may have been closed while this was opened, and then there was no session to stop.
                if self._closed:
                    raise DatabaseError("the connection is closed")
                yield session
            except AgentError as error:
                if self._closed:
                    raise DatabaseError("the connection is closed") from error
                raise
            finally:
                self._session = None
                session.end()


class ServerReader:
    """A `Reader` that keeps its session from one statement to the next, and opens another after an error."""

    def __init__(self, open_session: Callable[[], Session]) -> None:
        self._open_session = open_session
        self._turn = threading.Lock()
        self._session: Session | None = open_session()

    def rows(self, sql: str, seconds: float, limit: int | None = None) -> list[Row]:
        """The rows of a statement; errors as in `Reader.rows`."""
        limits = own_limits(seconds, limit)
        with self._turn:
            if self._session is None or not self._session.alive:
                self._session = self._open_session()
            session = self._session
            try:
                _, rows, cut = _query(session, sql, limits)
            except BaseException:
                self.close()
                raise
        require_whole(cut, limit)
        return rows

    def close(self) -> None:
        """End the session."""
        if self._session:
            self._session.end()
            self._session = None


def rights_in(reader: ServerReader, read_rights: Callable[[ServerReader], tuple[str, ...]]) -> tuple[str, ...]:
    """What `read_rights` finds; where it cannot, that is said instead, for a query may be answered all the same."""
    try:
        return read_rights(reader)
    except AgentError as error:
        return (f"what cannot be told: {error.message}",)


def _query(session: Session, sql: str, limits: Limits, heed: Heed = heedless) -> Table:
    try:
        return watched(lambda: session.query(sql, limits), limits, session.stop, session.cut, heed)
    except FailureError as failure:
        raise error_of(failure.kind, failure.text, limits) from failure

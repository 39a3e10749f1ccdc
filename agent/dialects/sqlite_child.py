"""Statements on SQLite, as the child process runs them.

Every statement has a session of its own: opening one takes some 10 µs a table, nothing is left over
from the statement before, and a file that was replaced is seen.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from agent.dialects.fetch import Fetch
from agent.dialects.lock_time import lock_time
from agent.dialects.sqlite import open_read_only, restrict
from agent.dialects.wire import FailureKind, Reply, Request
from agent.errors import DatabaseError

STEPS_BETWEEN_CHECKS = 10_000  # about a millisecond of the engine's virtual machine

KINDS: dict[int, FailureKind] = {
    sqlite3.SQLITE_INTERRUPT: "time",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_AUTH: "denied",
    sqlite3.SQLITE_READONLY: "denied",
    sqlite3.SQLITE_CANTOPEN: "broken",
    sqlite3.SQLITE_CORRUPT: "broken",
    sqlite3.SQLITE_IOERR: "broken",
    sqlite3.SQLITE_NOTADB: "broken",
}


def answer(request: Request) -> Iterator[Reply]:
    """The replies to one request, the last of which is done or failed."""
    try:
        with closing(_session(request)) as session:
            if request.action == "plan":
                session.execute(f"EXPLAIN {request.sql}").close()
                yield ("planned", None)
            else:
                yield from _rows(session.execute(request.sql), request)
    except MemoryError:
        yield ("failed", "memory", "")
    except DatabaseError as error:
        yield ("failed", "broken", error.message)
    except sqlite3.Error as error:
        kind = kind_of(error)
        yield ("failed", kind, f"the database cannot be read: {error}" if kind == "broken" else str(error))
    except (sqlite3.Warning, UnicodeError, RecursionError) as error:
        yield ("failed", "statement", str(error))


def _session(request: Request) -> sqlite3.Connection:
    session = open_read_only(Path(request.target))
    deadline = time.monotonic() + request.seconds
    session.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_BETWEEN_CHECKS)
    session.execute(f"PRAGMA busy_timeout = {int(1000 * lock_time(request.seconds))}")
    session.execute(f"PRAGMA hard_heap_limit = {request.memory_bytes}")
    restrict(session)
    return session


def _rows(cursor: sqlite3.Cursor, request: Request) -> Iterator[Reply]:
    if cursor.description is None:
        yield ("failed", "statement", "it is no query")
        return
    yield ("columns", tuple(column[0] for column in cursor.description))
    batches = Fetch(cursor.fetchmany, request.rows, request.result_bytes)
    for rows in batches:
        yield ("rows", rows)
    yield ("done", batches.cut)


def kind_of(error: sqlite3.Error) -> FailureKind:
    """The kind of an error of SQLite."""
    # Errors that Python raises before it asks SQLite carry no code.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code & 0xFF == sqlite3.SQLITE_READONLY and code != sqlite3.SQLITE_READONLY:
        return "recovery"
    # A function that is not allowed has no code of its own either.
    if str(error).startswith("not authorized"):
        return "denied"
    return KINDS.get(code & 0xFF, "statement")

"""Statements on DuckDB, as the child process runs them.

Every statement has a session of its own: nothing is left over from the statement before, and a program that
wants to write to the file is kept from it only while a statement runs.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import duckdb

from agent.dialects.fetch import Fetch, Row
from agent.dialects.wire import FailureKind, Reply, Request

# Nothing outside the file is reached, nothing is loaded or spilt to disk, and no statement changes that.
CONFIGURATION = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
    "max_temp_directory_size": "0B",
    "threads": "2",
    "lock_configuration": "true",
}
# The rest is for the interpreter, and for the engine to report its bound before the parent kills it.
ENGINE_MEMORY = 0.75

KINDS: tuple[tuple[type[Exception], FailureKind], ...] = (
    (duckdb.InterruptException, "time"),
    (duckdb.OutOfMemoryException, "memory"),
    (duckdb.PermissionException, "denied"),
    (duckdb.FatalException, "broken"),
    (duckdb.InternalException, "broken"),
    (duckdb.SerializationException, "broken"),
    (duckdb.IOException, "broken"),
)
LOCKED = "Could not set lock on file"
CORRUPT = "Corrupt database file"
OUT_OF_MEMORY = "Out of Memory Error"
READ_ONLY = "read-only mode"
POSITION = "\n\nLINE "  # the statement again, with a mark under the place

PLAIN = frozenset((type(None), bool, int, float, str, bytes, Decimal, date, time, timedelta, UUID))


def answer(request: Request) -> Iterator[Reply]:
    """The replies to one request, the last of which is done or failed."""
    try:
        with closing(_session(request)) as session:
            timer = threading.Timer(request.seconds, session.interrupt)
            timer.daemon = True
            timer.start()
            try:
                yield from _replies(session, request)
            finally:
                timer.cancel()
    except MemoryError:
        yield ("failed", "memory", "")
    except duckdb.Error as error:
        kind = _kind(error)
        text = str(error).partition(POSITION)[0]
        yield ("failed", kind, f"the database cannot be read: {text}" if kind == "broken" else text)
    except (ValueError, OverflowError, RecursionError, RuntimeError) as error:
        # Raised by the client for text that is no Unicode, or for a value that Python has no type for.
        yield ("failed", "statement", str(error))


def _session(request: Request) -> duckdb.DuckDBPyConnection:
    megabytes = max(1, int(request.memory_bytes * ENGINE_MEMORY) // (1024 * 1024))
    configuration: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{megabytes}MiB",
        **CONFIGURATION,
    }
    return duckdb.connect(request.target, read_only=True, config=configuration)


def _replies(session: duckdb.DuckDBPyConnection, request: Request) -> Iterator[Reply]:
    # The engine's own parser says what this is; all that changes anything is of another type.
    types = [statement.type for statement in session.extract_statements(request.sql)]
    if types != [duckdb.StatementType.SELECT]:
        one = len(types) == 1
        yield ("failed", "denied" if one else "statement", "it is no query" if one else "it is not one statement")
    elif request.action == "prepare":
        session.execute(f"EXPLAIN {request.sql}")
        yield ("done", False)
    else:
        yield from _rows(session, request)


def _rows(session: duckdb.DuckDBPyConnection, request: Request) -> Iterator[Reply]:
    session.execute(request.sql)
    names = tuple(column[0] for column in session.description or ())
    types = [str(column[1]) for column in session.description or ()]
    if "INTERVAL" in types:
        session.execute(_intervals_as_text(request.sql, types))
    yield ("columns", names)

    def take(count: int) -> Sequence[Row]:
        return [tuple(map(_plain, row)) for row in session.fetchmany(count)]

    batches = Fetch(take, request.rows, request.result_bytes)
    for rows in batches:
        yield ("rows", rows)
    yield ("done", batches.cut)


def _intervals_as_text(sql: str, types: list[str]) -> str:
    """The query with its intervals as the engine writes them: in Python a month would be 30 days."""
    names = [f"c{number}" for number in range(len(types))]
    columns = [
        f"CAST({name} AS VARCHAR)" if kind == "INTERVAL" else name for name, kind in zip(names, types, strict=True)
    ]
    body = sql.rstrip().rstrip(";")
    return f"SELECT {', '.join(columns)} FROM (\n{body}\n) AS q ({', '.join(names)})"  # noqa: S608


def _plain(value: Any) -> Any:
    """A value in the types that may cross to the parent."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is datetime:
        offset = value.utcoffset()
        return value if offset is None else value.astimezone(timezone(offset))
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_key(key): _plain(item) for key, item in value.items()}
    return str(value)


def _key(key: Any) -> Any:
    plain = _plain(key)
    return plain if type(plain) in PLAIN else str(plain)


def _kind(error: duckdb.Error) -> FailureKind:
    text = str(error)
    if LOCKED in text:
        return "busy"
    if CORRUPT in text:
        return "broken"
    if OUT_OF_MEMORY in text:
        return "memory"
    if READ_ONLY in text:
        return "denied"
    return next((kind for known, kind in KINDS if isinstance(error, known)), "statement")

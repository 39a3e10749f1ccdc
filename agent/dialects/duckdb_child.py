"""Statements on DuckDB, as the child process runs them.

The engine is kept warm, and empty: each statement has a session of its own, for which the file is attached and from
which it is detached again. So nothing is left over from the statement before, and a program that wants to write to
the file is kept from it only while a statement runs.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb

from agent.dialects.duckdb_plan import largest_step
from agent.dialects.duckdb_values import Reading, reading_of
from agent.dialects.fetch import Fetch, Row
from agent.dialects.wire import FailureKind, Reply, Request

# Nothing outside the file is loaded or spilt to disk. A folder for that would be one that statements may read.
CONFIGURATION = {
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "max_temp_directory_size": "0B",
    "threads": "2",
}
# Names that no schema has, for a name before a dot may be either.
EMPTY, FILE = '"sqlwright: nothing"', '"sqlwright: the file"'
# What an own log of changes is called; to be attached, it has to be read.
LOG_SUFFIX = ".wal"
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


def answer(request: Request) -> Iterator[Reply]:
    """The replies to one request, the last of which is done, planned or failed."""
    try:
        with _session(request) as session:
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


@contextmanager
def _session(request: Request) -> Iterator[duckdb.DuckDBPyConnection]:
    engine = _engine(request.target, request.memory_bytes)
    try:
        engine.execute(f"ATTACH {_text(request.target)} AS {FILE} (READ_ONLY, TYPE duckdb)")
        with engine.cursor() as session:
            session.execute(f"USE {FILE}")
            yield session
        engine.execute(f"DETACH {FILE}")
    except BaseException:
        # Whatever a failure has left in it goes with it.
        _engine.cache_clear()
        engine.close()
        raise


@cache
def _engine(target: str, memory_bytes: int) -> duckdb.DuckDBPyConnection:
    """An engine without a database, which can reach one file alone, and whose settings nobody can change."""
    megabytes = max(1, int(memory_bytes * ENGINE_MEMORY) // (1024 * 1024))
    engine = duckdb.connect(":memory:", config={"memory_limit": f"{megabytes}MiB", **CONFIGURATION})
    engine.execute(f"ATTACH ':memory:' AS {EMPTY}; USE {EMPTY}; DETACH memory")
    engine.execute(f"SET allowed_paths = [{_text(target)}, {_text(target + LOG_SUFFIX)}]")
    engine.execute("SET enable_external_access = false; SET lock_configuration = true")
    return engine


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _replies(session: duckdb.DuckDBPyConnection, request: Request) -> Iterator[Reply]:
    # The engine's own parser says what this is; all that changes anything is of another type.
    types = [statement.type for statement in session.extract_statements(request.sql)]
    if types != [duckdb.StatementType.SELECT]:
        one = len(types) == 1
        yield ("failed", "denied" if one else "statement", "it is no query" if one else "it is not one statement")
    elif request.action == "plan":
        ((_, plan),) = session.execute(f"EXPLAIN (FORMAT json) {request.sql}").fetchall()
        yield ("planned", largest_step(plan))
    else:
        yield from _rows(session, request)


def _rows(session: duckdb.DuckDBPyConnection, request: Request) -> Iterator[Reply]:
    # It is not run by this.
    query = session.sql(request.sql)
    names, readings = tuple(query.columns), [reading_of(kind) for kind in query.types]
    session.execute(_cast(request.sql, readings))
    yield ("columns", names)
    converts = [(place, reading.convert) for place, reading in enumerate(readings) if reading.convert]

    def take(count: int) -> list[Row]:
        rows: list[Row] = session.fetchmany(count)
        return [_converted(row) for row in rows] if converts else rows

    def _converted(row: Row) -> Row:
        values: list[Any] = [*row]
        for place, convert in converts:
            if values[place] is not None:
                values[place] = convert(values[place])
        return tuple(values)

    batches = Fetch(take, request.rows, request.result_bytes)
    for rows in batches:
        yield ("rows", rows)
    yield ("done", batches.cut)


def _cast(sql: str, readings: list[Reading]) -> str:
    """The query with the casts that its columns need."""
    if not any(reading.cast for reading in readings):
        return sql
    names = [f"c{number}" for number in range(len(readings))]
    columns = [
        f"CAST({name} AS {reading.cast})" if reading.cast else name
        for name, reading in zip(names, readings, strict=True)
    ]
    body = sql.rstrip().rstrip(";")
    return f"SELECT {', '.join(columns)} FROM (\n{body}\n) AS q ({', '.join(names)})"  # noqa: S608


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

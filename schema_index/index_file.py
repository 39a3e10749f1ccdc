"""The SQLite file of an index: opened by readers, rewritten by one process at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic

from agent.errors import IndexingError
from agent.schema_index import index_rows, literals, name_vectors, names
from agent.schema_index.progress import Progress

# A number for the form of the index: another form is another file, made anew.
FILE_NAME = "index-3.db"
TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    *index_rows.TABLES,
    *names.TABLES,
    *name_vectors.TABLES,
    *literals.TABLES,
)
WAIT_SECONDS = 900.0
# Errors that say nothing about what the file holds.
NO_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
    }
)


def connect(file: Path) -> sqlite3.Connection:
    """Open an index file that exists; sqlite3.Error when there is none or it is damaged.

    In write-ahead mode readers go on reading the old state until a writer commits.
    """
    if not is_writable(file):
        return _connect(f"{file.absolute().as_uri()}?mode=ro{'' if _has_log(file) else '&immutable=1'}")
    connection = _connect(f"{file.absolute().as_uri()}?mode=rw")
    try:
        connection.execute("PRAGMA journal_mode = wal")
    except BaseException:
        connection.close()
        raise
    return connection


def is_writable(file: Path) -> bool:
    """Whether a file and the folder that it is in can be written; true where there is none yet."""
    return all(
        os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
        for path in (file.parent, file)
        if path != file or file.exists()
    )


def is_begun(file: Path) -> bool:
    """Whether a file holds an index, whole or damaged, and not only the place for one."""
    try:
        with closing(connect(file)) as db:
            return bool(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.Error:
        return file.exists() and file.stat().st_size > 0


def _has_log(file: Path) -> bool:
    return file.with_name(f"{file.name}-wal").exists()


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)


def read_meta(connection: sqlite3.Connection, key: str) -> str:
    """One entry of the meta table; sqlite3.DatabaseError when it is not there."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"the index has no {key}")
    return str(row[0])


def write_meta(connection: sqlite3.Connection, **entries: str) -> None:
    """Set entries of the meta table."""
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", entries.items())


def discard(folder: Path) -> None:
    """Remove a damaged index file, where that is allowed, so that the next opening makes it anew."""
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            (folder / f"{FILE_NAME}{suffix}").unlink(missing_ok=True)


def is_damage(error: Exception) -> bool:
    """Whether an error says that the file holds no index, and not only that it cannot be used now."""
    # Errors that Python or this module raises carry no code.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in NO_DAMAGE


@contextmanager
def locked(folder: Path, report: Progress) -> Iterator[sqlite3.Connection]:
    """The index file in a transaction that only one process can hold; undone when an error leaves it.

    Raises IndexingError when it cannot be written, and sqlite3.DatabaseError when it is damaged.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE_NAME).touch()
    except OSError as error:
        raise _unwritable(folder, error.strerror or str(error)) from error
    if not is_writable(folder / FILE_NAME):
        raise _unwritable(folder, "Permission denied")
    try:
        with closing(_begun(folder / FILE_NAME, report)) as db:
            yield db
            db.execute("COMMIT")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise
        raise _unwritable(folder, str(error)) from error


def _unwritable(folder: Path, reason: str) -> IndexingError:
    return IndexingError(f"cannot write to {folder}: {reason}", "set cache_dir to a folder that can be written")


def _begun(file: Path, report: Progress) -> sqlite3.Connection:
    db = connect(file)
    try:
        end = monotonic() + WAIT_SECONDS
        # Short waits of our own, since SQLite's wait does not hear an interruption.
        db.execute("PRAGMA busy_timeout = 100")
        # What a policy hides from now on must not be left in the file.
        db.execute("PRAGMA secure_delete = ON")
        while not _is_begun(db, monotonic() > end):
            report("waiting for another process that is indexing", 0, 1)
        if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for statement in TABLES:
                db.execute(statement)
    except BaseException:
        db.close()
        raise
    return db


def _is_begun(db: sqlite3.Connection, last: bool) -> bool:
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True

"""The SQLite file of an index: opened by readers, rewritten by one process at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

from agent.errors import IndexingError
from agent.schema_index import literals, names
from agent.schema_index.progress import Progress

# A number for the form of the index: another form is another file, made anew.
FILE_NAME = "index-1.db"
TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    *names.TABLES,
    *literals.TABLES,
)
WAIT_SECONDS = 900.0


def connect(file: Path) -> sqlite3.Connection:
    """Open an index file that exists; sqlite3.Error when there is none or it is damaged.

    In write-ahead mode readers go on reading the old state until a writer commits.
    """
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = wal")
    except BaseException:
        connection.close()
        raise
    return connection


def read_meta(connection: sqlite3.Connection, key: str) -> str:
    """One entry of the meta table; sqlite3.DatabaseError when it is not there."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"the index has no {key}")
    return str(row[0])


def discard(folder: Path) -> None:
    """Remove a damaged index file, so that the next opening makes it anew."""
    for suffix in ("", "-wal", "-shm"):
        (folder / f"{FILE_NAME}{suffix}").unlink(missing_ok=True)


@contextmanager
def locked(folder: Path, report: Progress) -> Iterator[sqlite3.Connection]:
    """The index file in a transaction that only one process can hold; undone when an error leaves it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE_NAME).touch()
    except OSError as error:
        raise IndexingError(f"cannot write to {folder}: {error.strerror}", "set cache_dir") from error
    try:
        db = _begun(folder / FILE_NAME, report)
    except sqlite3.OperationalError as error:
        raise IndexingError(f"the index in {folder} cannot be written: {error}") from error
    except sqlite3.DatabaseError:
        discard(folder)
        (folder / FILE_NAME).touch()
        db = _begun(folder / FILE_NAME, report)
    with closing(db):
        yield db
        db.execute("COMMIT")


def _begun(file: Path, report: Progress) -> sqlite3.Connection:
    db = connect(file)
    try:
        end = monotonic() + WAIT_SECONDS
        # Short waits of our own, since SQLite's wait does not hear an interruption.
        db.execute("PRAGMA busy_timeout = 100")
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

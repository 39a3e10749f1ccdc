"""SQLite, opened so that a write fails whatever the statement says."""

from __future__ import annotations

import os
import sqlite3
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from agent.dialects.files import FileFormat, file_of, head_of, shown
from agent.errors import DatabaseError

if TYPE_CHECKING:
    from agent.dialects import Connection, Reader
    from agent.dialects.address import Address
    from agent.dialects.role import Role

FORMAT = FileFormat("sqlite", "an SQLite", b"SQLite format 3\x00", 0)
WAL_VERSIONS = b"\x02\x02"
HEADER_BYTES = 20
FUNCTIONS_FILE = Path(__file__).with_name("sqlite_functions.txt")

# `trusted_schema` keeps a hostile file's views from calling functions with side effects.
PRAGMAS = ("query_only = 1", "trusted_schema = 0", "temp_store = memory", "cell_size_check = 1")

LIMITS = {
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
    sqlite3.SQLITE_LIMIT_LENGTH: 64 * 1024 * 1024,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 500,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
}

# Tables that the engine offers in every database; all others must be in its schema.
ENGINE_TABLES = ("json_each", "json_tree")


def connect(address: Address) -> Connection:
    """A connection whose statements run in a child process; errors as in `path_of`."""
    # The child process imports this module too, and has no use for the parent's side.
    from agent.dialects.process import ChildProcess

    return ChildProcess("sqlite", str(path_of(address.url)))


def open_reader(address: Address) -> Reader:
    """A session within this process; errors as in `path_of`."""
    from agent.dialects.sqlite_reader import SqliteReader

    return SqliteReader(path_of(address.url))


def role_of(address: Address) -> Role:
    """The user of this machine, whose rights on the file are those on any other; errors as in `path_of`."""
    from agent.dialects.role import file_role

    path_of(address.url)
    return file_role(f"SQLite {sqlite3.sqlite_version}")


def grants_of(_address: Address, _schemas: tuple[str, ...]) -> tuple[str, ...]:
    """None: a file has no roles."""
    return ()


def path_of(url: str) -> Path:
    """The absolute path of the SQLite file that a URL names; errors as in `files.file_of`."""
    return file_of(url, FORMAT)


def open_read_only(path: Path, *, check_same_thread: bool = True) -> sqlite3.Connection:
    """Open a database file so that nothing can be written to it; DatabaseError when it cannot be opened.

    Text that is not UTF-8 is read with replacement characters. SQLite's own locking applies, so a database
    in WAL mode gets its -wal and -shm files beside it, as with any reader. Only in a folder that cannot be
    written to, and where no -wal file exists, is it read as immutable, since there SQLite would refuse it.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    if head_of(path, HEADER_BYTES)[18:20] == WAL_VERSIONS and not _wal_can_be_opened(path):
        uri += "&immutable=1"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=check_same_thread)
    except sqlite3.Error as error:
        raise DatabaseError(f"cannot open {shown(path)}: {error}") from error
    connection.text_factory = _decode
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def restrict(connection: sqlite3.Connection) -> None:
    """Leave a connection only the right to read the tables of its schema, through an authorizer and limits.

    Allowed are SELECT, recursion, the functions of sqlite_functions.txt, and reading what sqlite_schema lists
    except SQLite's own tables. Raises sqlite3.Error when the schema cannot be read.
    """
    objects = connection.execute("SELECT name, sql LIKE 'CREATE VIRTUAL %' FROM sqlite_schema").fetchall()
    # The first use of a virtual table declares its columns, for which SQLite asks the right to write.
    for name in [*ENGINE_TABLES, *(name for name, is_virtual in objects if is_virtual)]:
        _touch(connection, name)
    for limit, value in LIMITS.items():
        connection.setlimit(limit, value)
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    tables = {name for name, _ in objects if not _is_internal(name)} | set(ENGINE_TABLES)
    functions = allowed_functions()

    def authorize(action: int, first: str | None, second: str | None, _database: str | None, _by: str | None) -> int:
        match action:
            case sqlite3.SQLITE_SELECT | sqlite3.SQLITE_RECURSIVE:
                allowed = True
            case sqlite3.SQLITE_READ:
                # Without a column only rows are counted; the name may then be that of a WITH clause.
                allowed = first in tables or (not second and not _is_internal(first))
            case sqlite3.SQLITE_FUNCTION:
                allowed = second is not None and second.lower() in functions
            case sqlite3.SQLITE_PRAGMA:
                # Full-text search asks for it to notice changes by others.
                allowed = first == "data_version" and second is None
            case _:
                allowed = False
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    connection.set_authorizer(authorize)


@cache
def allowed_functions() -> frozenset[str]:
    """The names in sqlite_functions.txt, in lower case."""
    lines = FUNCTIONS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines for name in line.partition("#")[0].split())


def _wal_can_be_opened(path: Path) -> bool:
    return path.with_name(f"{path.name}-wal").exists() or os.access(path.parent, os.W_OK)


def _is_internal(table: str | None) -> bool:
    return table is None or table.lower().startswith("sqlite_")


def _decode(data: bytes) -> str:
    # Strictly first, which is the faster call and nearly always enough.
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def _touch(connection: sqlite3.Connection, table: str) -> None:
    quoted = table.replace('"', '""')
    try:
        connection.execute(f'SELECT 1 FROM "{quoted}" LIMIT 0').close()  # noqa: S608
    except sqlite3.OperationalError:
        # A table of an unknown module, or an engine without JSON: a query that names it will say so.
        return

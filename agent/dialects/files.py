"""Database files: found by their URL, and recognised before an engine touches them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from agent.errors import DatabaseError, UsageError


class FileFormat(NamedTuple):
    """An engine's files: its dialect, what it is called with its article, and the bytes that mark its files."""

    dialect: str
    called: str
    magic: bytes
    magic_offset: int


def file_of(url: str, format: FileFormat) -> Path:
    """The absolute path of the file that a URL names, such as sqlite:///relative.db or sqlite:////absolute.db.

    A name is taken as written, or else percent-decoded. Raises UsageError when the URL names no file, and
    DatabaseError when the file is missing, unreadable or of another format.
    """
    example = f"write for example {format.dialect}:///shop.db"
    prefix, separator, name = url.partition(":///")
    if not separator or prefix.partition("+")[0].lower() != format.dialect:
        raise UsageError(f"this is not the URL of {format.called} file", example)
    if not name or name.startswith(":memory:"):
        raise UsageError(f"{format.called} URL must name a file", example)
    if "\0" in name or "%00" in name:
        raise UsageError("a file name cannot hold a NUL character")
    path = _locate(name)
    if not path.exists():
        hint = f"{format.dialect}:///name is relative to this folder, {format.dialect}:////name is not"
        raise DatabaseError(f"no such file: {shown(path)}", hint)
    if not path.is_file():
        raise DatabaseError(f"not a file: {shown(path)}", "name the database file itself")
    header = head_of(path, format.magic_offset + len(format.magic))
    # An empty file is what SQLite itself makes of a database without tables.
    if header and header[format.magic_offset :] != format.magic:
        raise DatabaseError(
            f"not {format.called} database: {shown(path)}", "an encrypted database cannot be read either"
        )
    return path


def head_of(path: Path, size: int) -> bytes:
    """The first bytes of a file; DatabaseError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise DatabaseError(f"cannot read {shown(path)}: {error.strerror}", "check the file's permissions") from error


def shown(path: Path) -> str:
    """A file name for a message, which is one plain line, while a name may hold line breaks and escapes."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in str(path))


def _locate(name: str) -> Path:
    candidates = (Path(name), Path(unquote(name)))
    try:
        return next((path for path in candidates if path.exists()), candidates[0]).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        # A name too long, a folder closed to us, a loop of links, a letter that no file name can hold.
        raise DatabaseError(f"cannot find {shown(candidates[0])}: {error.__class__.__name__}") from error

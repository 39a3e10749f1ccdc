"""DuckDB, opened read-only in a child process."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from agent.dialects.driver import missing_driver
from agent.dialects.files import FileFormat, file_of

if TYPE_CHECKING:
    from agent.dialects import Connection, Reader
    from agent.dialects.address import Address
    from agent.dialects.process import ChildProcess
    from agent.dialects.role import Role

FORMAT = FileFormat("duckdb", "a DuckDB", b"DUCK", 8)


def connect(address: Address) -> Connection:
    """A connection whose statements run in a child process.

    Raises UsageError when DuckDB is not installed; other errors as in `files.file_of`.
    """
    return _child_process(address)


def open_reader(address: Address) -> Reader:
    """A session in a child process of its own; errors as in `connect`."""
    from agent.dialects.process_reader import ProcessReader

    return ProcessReader(_child_process(address))


def role_of(address: Address) -> Role:
    """The user of this machine, whose rights on the file are those on any other; errors as in `connect`."""
    from agent.dialects.role import file_role

    _package_folder()
    file_of(address.url, FORMAT)
    try:
        return file_role(f"DuckDB {version('duckdb')}")
    except PackageNotFoundError:  # installed by other means than pip
        return file_role("DuckDB")


def grants_of(_address: Address, _schemas: tuple[str, ...]) -> tuple[str, ...]:
    """None: a file has no roles."""
    return ()


def _child_process(address: Address) -> ChildProcess:
    from agent.dialects.process import ChildProcess

    folder = _package_folder()
    return ChildProcess("duckdb", str(file_of(address.url, FORMAT)), (folder,))


def _package_folder() -> str:
    """The folder that holds the package; this process never imports it."""
    spec = find_spec("duckdb")
    if spec is None or spec.origin is None:
        raise missing_driver("DuckDB", "duckdb")
    return str(Path(spec.origin).parents[1])

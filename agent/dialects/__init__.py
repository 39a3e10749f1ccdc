"""Read-only connections to databases, one module per engine.

Nothing here reads SQL: a connection is opened so that a write fails even where the checker was wrong, and
every statement is bounded in time, rows, bytes and memory.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.records import Limits, Result

DIALECTS = {"sqlite": "agent.dialects.sqlite"}
"""The engines that queries can run on, and the module of each, whose `connect(url)` opens it."""


class Connection(Protocol):
    """A read-only connection; it may be used from several threads, which then take turns."""

    @property
    def dialect(self) -> str:
        """The name of the engine as in `DIALECTS`."""
        ...

    def run(self, sql: str, limits: Limits) -> Result:
        """Run one statement.

        Raises LimitError when it exceeds the limits of time or memory, UnsafeError when it would do more
        than read, and DatabaseError when the engine refuses it.
        """
        ...

    def prepare(self, sql: str, limits: Limits) -> str | None:
        """The engine's error text if it cannot compile the statement, else None; nothing is run.

        Raises LimitError and DatabaseError when the engine cannot answer at all.
        """
        ...

    def close(self) -> None:
        """Release the connection and stop what it runs; more calls do nothing."""
        ...


def connect(url: str) -> Connection:
    """Open the database of a URL, read-only.

    Raises UsageError when the URL is malformed or its engine is not among `DIALECTS`, and DatabaseError
    when the database cannot be opened.
    """
    scheme, separator, _ = url.partition("://")
    name = scheme.partition("+")[0].lower()
    # The rest of a URL may hold a password, so only a plain scheme is ever repeated.
    if not separator or not name.isidentifier():
        raise UsageError("this is not a database URL", "write for example sqlite:///shop.db")
    if name not in DIALECTS:
        known = ", ".join(DIALECTS)
        raise UsageError(f"sqlwright cannot run queries on {name} yet", f"it can run them on {known}")
    connection: Connection = import_module(DIALECTS[name]).connect(url)
    return connection

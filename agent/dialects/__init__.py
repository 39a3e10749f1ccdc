"""Read-only connections to databases, one module per engine.

Nothing here reads SQL: a connection is opened so that a write fails even where the checker was wrong, and
every statement is bounded in time, rows, bytes and memory.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.dialects.address import Address
    from agent.dialects.role import Role
    from agent.records import Limits, Plan, Result, Row

DIALECTS = {
    "sqlite": "agent.dialects.sqlite",
    "duckdb": "agent.dialects.duckdb",
    "postgres": "agent.dialects.postgres",
    "mysql": "agent.dialects.mysql",
}
"""The engines that queries can run on, and the module of each.

Every module has `connect(address)`, `open_reader(address)`, `role_of(address)` and `grants_of(address, schemas)`.
"""


Heed = Callable[[], None]
"""Is called many times a second while a statement runs; what it raises stops the statement."""


def heedless() -> None:
    """Stops nothing."""


class Connection(Protocol):
    """A read-only connection; it may be used from several threads, which then take turns."""

    @property
    def dialect(self) -> str:
        """The name of the engine as in `DIALECTS`."""
        ...

    @property
    def may(self) -> tuple[str, ...]:
        """What its role may do beyond reading, as in `Role.may`."""
        ...

    def run(self, sql: str, limits: Limits, heed: Heed = heedless) -> Result:
        """Run one statement.

        Raises LimitError when it exceeds the limits of time or memory, UnsafeError when it would do more
        than read, StatementError when the engine refuses it, DatabaseError when the engine does not answer, and
        what `heed` raises.
        """
        ...

    def plan(self, sql: str, limits: Limits, heed: Heed = heedless) -> Plan | str:
        """What the engine expects of the statement, or its error text if it cannot compile it; nothing is run.

        Raises LimitError and DatabaseError when the engine cannot answer at all, and what `heed` raises.
        """
        ...

    def close(self) -> None:
        """Release the connection and stop what it runs; more calls do nothing."""
        ...


class Reader(Protocol):
    """A read-only session for the fixed statements of sqlwright itself: reflection, fingerprints and samples."""

    def rows(self, sql: str, seconds: float, limit: int | None = None) -> list[Row]:
        """All rows of a statement, or the first `limit`.

        Raises LimitError when it takes longer than `seconds` and DatabaseError when the engine refuses it; the
        session can be used again after both.
        """
        ...

    def close(self) -> None:
        """End the session; more calls do nothing."""
        ...


def connect(address: Address) -> Connection:
    """A connection to run checked queries on, opened read-only.

    Raises UsageError when its engine is not among `DIALECTS` or its driver is not installed, and DatabaseError
    when the database cannot be opened.
    """
    connection: Connection = _module(address).connect(address)
    return connection


def open_reader(address: Address) -> Reader:
    """A session to read schema and samples with, opened read-only; errors as in `connect`."""
    reader: Reader = _module(address).open_reader(address)
    return reader


def role_of(address: Address) -> Role:
    """Who one is on the database and what that role may do there; errors as in `connect`."""
    role: Role = _module(address).role_of(address)
    return role


def grants_of(address: Address, schemas: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The statements by which an owner makes a role that can only read; errors as in `connect`.

    It may read the named schemas, or all where none is named. There are no statements for a file.
    """
    grants: tuple[str, ...] = _module(address).grants_of(address, schemas)
    return grants


def _module(address: Address) -> ModuleType:
    if address.dialect not in DIALECTS:
        known = ", ".join(DIALECTS)
        raise UsageError(
            f"sqlwright cannot run queries on {address.dialect}",
            f"it runs them on {known}; --sql-only prints the SQL for any other",
        )
    return import_module(DIALECTS[address.dialect])

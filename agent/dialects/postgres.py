"""PostgreSQL, through psycopg."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from agent.dialects.driver import missing_driver
from agent.dialects.server_url import read_server_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.dialects import Connection, Reader
    from agent.dialects.address import Address
    from agent.dialects.postgres_session import PostgresSession
    from agent.dialects.role import Role


def connect(address: Address) -> Connection:
    """A connection that gives every statement a session of its own.

    Raises UsageError for a malformed URL or a missing driver, and DatabaseError when it cannot be opened.
    """
    from agent.dialects.postgres_role import read_rights
    from agent.dialects.server import ServerConnection, ServerReader, rights_in

    opening = _opening(address)
    with closing(ServerReader(opening)) as reader:
        may = rights_in(reader, read_rights)
    return ServerConnection("postgres", opening, may)


def open_reader(address: Address) -> Reader:
    """One session for many statements; errors as in `connect`."""
    from agent.dialects.server import ServerReader

    return ServerReader(_opening(address))


def role_of(address: Address) -> Role:
    """The role that one connects as; errors as in `connect`."""
    from agent.dialects.postgres_role import read_role

    with closing(open_reader(address)) as reader:
        return read_role(reader)


def grants_of(address: Address, schemas: tuple[str, ...]) -> tuple[str, ...]:
    """The statements that make a role that can only read; errors as in `connect`."""
    from agent.dialects.postgres_grants import read_grants

    with closing(open_reader(address)) as reader:
        return read_grants(reader, schemas)


def _opening(address: Address) -> Callable[[], PostgresSession]:
    try:
        # It is found also where the library under it is missing.
        import psycopg  # noqa: F401
    except ImportError:
        raise missing_driver("PostgreSQL", "postgres") from None
    from agent.dialects.postgres_session import open_session

    url = read_server_url(address)
    return lambda: open_session(url, address.shown)

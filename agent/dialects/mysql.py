"""MySQL and MariaDB, through PyMySQL."""

from __future__ import annotations

from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING

from agent.dialects.driver import missing_driver
from agent.dialects.server_url import read_server_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.dialects import Connection, Reader
    from agent.dialects.address import Address
    from agent.dialects.mysql_session import MysqlSession
    from agent.dialects.role import Role


def connect(address: Address) -> Connection:
    """A connection that gives every statement a session of its own.

    Raises UsageError for a malformed URL or a missing driver, and DatabaseError when it cannot be opened.
    """
    from agent.dialects.mysql_role import read_rights
    from agent.dialects.server import ServerConnection, ServerReader, rights_in

    opening = _opening(address)
    with closing(ServerReader(opening)) as reader:
        may = rights_in(reader, read_rights)
    return ServerConnection("mysql", opening, may)


def open_reader(address: Address) -> Reader:
    """One session for many statements; errors as in `connect`."""
    from agent.dialects.server import ServerReader

    return ServerReader(_opening(address))


def role_of(address: Address) -> Role:
    """The user that one connects as; errors as in `connect`."""
    from agent.dialects.mysql_role import read_role

    with closing(open_reader(address)) as reader:
        return read_role(reader)


def grants_of(address: Address, schemas: tuple[str, ...]) -> tuple[str, ...]:
    """The statements that make a user who can only read; errors as in `connect`."""
    from agent.dialects.mysql_grants import read_grants

    with closing(open_reader(address)) as reader:
        return read_grants(reader, schemas)


def _opening(address: Address) -> Callable[[], MysqlSession]:
    if find_spec("pymysql") is None:
        raise missing_driver("MySQL and MariaDB", "mysql")
    from agent.dialects.mysql_session import open_session

    url = read_server_url(address)
    return lambda: open_session(url, address.shown)

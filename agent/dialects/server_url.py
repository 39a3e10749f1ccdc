"""The parts of a server's URL.

Drivers are given the parts and never the URL, which some repeat in their messages, with the password in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from agent.dialects.address import Address
from agent.errors import UsageError


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """Who connects, where to, and what else the URL says; parts that it leaves out are empty."""

    user: str
    password: str = field(repr=False)
    host: str
    port: int | None
    database: str
    options: dict[str, str] = field(repr=False)


def read_server_url(address: Address) -> ServerUrl:
    """Read a URL such as postgresql://user:password@host:port/database?option=value.

    A password may hold any letter but a question mark as it is, or percent-encoded. Raises UsageError that
    repeats nothing of the URL.
    """
    rest, _, query = address.url.partition("://")[2].partition("?")
    login, _, place = rest.rpartition("@")
    user, _, password = login.partition(":")
    place, _, database = place.partition("/")
    host, port = _host_and_port(place)
    try:
        options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        raise UsageError("the options of the database URL are not readable", "write ?name=value&name=value") from None
    parts = [unquote(part) for part in (user, password, host, database)]
    if any("\0" in part for part in (*parts, *options.values())):
        raise UsageError("a database URL cannot hold a NUL character")
    if any(not _is_unicode(part) for part in (*parts, *options.values())):
        raise UsageError("a database URL cannot hold bytes that are not UTF-8", "check the password in the URL")
    user, password, host, database = parts
    return ServerUrl(user, password, host, port, database, options)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _host_and_port(place: str) -> tuple[str, int | None]:
    host, colon, port = place.rpartition(":")
    if not colon or place.endswith("]"):
        return place.strip("[]"), None
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise UsageError(
            "the port in the database URL is not a number from 1 to 65535",
            "write for example host:5432; in a password, ? is %3F and @ before a / is %40",
        )
    return host.strip("[]"), int(port)

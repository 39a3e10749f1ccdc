"""Where Ollama answers, and asking it what it says of itself."""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from agent.certificates import certificates
from agent.environment import expand
from agent.errors import UsageError

if TYPE_CHECKING:
    from ssl import SSLContext

    from agent.config import Settings

PORT = 11434
MAX_BYTES = 64_000_000

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


@dataclass(frozen=True, slots=True)
class OllamaAddress:
    """The parts of a server's address; `path` is empty or begins with a slash, `login` is NAME:PASSWORD or empty.

    `sent` are the headers of the settings, which may hold secrets, and `ca_file` the certificates to trust.
    """

    scheme: str
    host: str
    port: int
    path: str = ""
    login: str = field(default="", repr=False)
    sent: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    ca_file: Path | None = None

    @property
    def url(self) -> str:
        """The address as a URL, without the login, so that it may be printed."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def headers(self) -> dict[str, str]:
        """What is sent along with every request."""
        login = {"authorization": f"Basic {b64encode(unquote(self.login).encode()).decode()}"} if self.login else {}
        return login | dict(self.sent)

    @property
    def trusted(self) -> SSLContext | None:
        """The certificates that are trusted, None for http; UsageError for a file that holds none."""
        return certificates(self.scheme, self.ca_file)


def ollama_address(settings: Settings | None = None) -> OllamaAddress:
    """The setting `ollama`, which beats the environment's OLLAMA_HOST, which beats the default.

    OLLAMA_HOST may leave out the scheme, the host or the port, as Ollama itself allows. Raises UsageError for what
    is no address, and for a header that cannot be sent.
    """
    environment = os.environ.get("OLLAMA_HOST", "").strip()
    if settings is None:
        return _read(environment or f"http://127.0.0.1:{PORT}", "environment variable OLLAMA_HOST")
    if "ollama" in settings.model_fields_set or not environment:
        address = _read(settings.ollama, "setting ollama")
    else:
        address = _read(environment, "environment variable OLLAMA_HOST")
    return replace(address, sent=_headers(settings.ollama_headers), ca_file=settings.ca_file)


def _headers(given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    made = []
    for name, text in given.items():
        value = expand(text, f"setting ollama_headers.{name}").strip()
        # The value may be a secret, and is never shown.
        if not _HEADER_NAME.fullmatch(name) or not value.isascii() or not value.isprintable():
            raise UsageError(
                f"setting ollama_headers: {name!r} cannot be sent", "a header is a name and a line of ASCII text"
            )
        made.append((name.lower(), value))
    return tuple(made)


class StatusError(OSError):
    """The server answers with another status than 200; `reason` is the error that it tells, or empty."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"status {status}")
        self.status, self.reason = status, reason


def get_json(address: OllamaAddress, path: str, seconds: float) -> Any:
    """What the server answers to a GET; `seconds` is how long it may be silent.

    Neither a redirect, whose host would be told the login, nor a proxy of the environment is followed. Raises
    OSError when there is no good answer, and ValueError when it is no JSON.
    """
    return _request(address, "GET", path, None, seconds)


def post_json(address: OllamaAddress, path: str, body: Mapping[str, Any], seconds: float) -> Any:
    """What the server answers to a POST; the rest as for `get_json`."""
    return _request(address, "POST", path, json.dumps(body).encode(), seconds)


def _request(address: OllamaAddress, method: str, path: str, body: bytes | None, seconds: float) -> Any:
    from http.client import HTTPConnection, HTTPException, HTTPSConnection

    headers = address.headers | ({} if body is None else {"content-type": "application/json"})
    server: HTTPConnection
    if trusted := address.trusted:
        server = HTTPSConnection(address.host, address.port, timeout=seconds, context=trusted)
    else:
        server = HTTPConnection(address.host, address.port, timeout=seconds)
    with closing(server):
        try:
            server.request(method, f"{address.path}{path}", body, headers)
            reply = server.getresponse()
            content = reply.read(MAX_BYTES)
        except HTTPException as error:
            raise OSError(str(error)) from error
    if reply.status != 200:
        raise StatusError(reply.status, _reason(content))
    return json.loads(content)


def _reason(content: bytes) -> str:
    try:
        told = json.loads(content)["error"]
    except (ValueError, TypeError, KeyError):
        return ""
    return told if isinstance(told, str) else ""


def _read(text: str, source: str) -> OllamaAddress:
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        # Without a port Ollama's own tools take the scheme's where a scheme is given, else 11434.
        usual = {"http": 80, "https": 443}[parts.scheme] if "://" in text else PORT
        port = parts.port or usual
    except (KeyError, ValueError):
        raise UsageError(f"{source}: this is no address of an Ollama server", "write http://HOST:11434") from None
    # A server is told to listen on 0.0.0.0 by the same variable; no client can call that.
    host = parts.hostname or "127.0.0.1"
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - nothing is bound to it
    login = parts.netloc.rpartition("@")[0]
    return OllamaAddress(parts.scheme, host, port, parts.path.rstrip("/"), login)

"""The line to a server of models, which another thread can cut at any moment."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from threading import Lock
from typing import Any

import httpx

CONNECT_SECONDS = 5.0


class HttpLine(httpx.BaseTransport):
    """A transport of httpx for https with `trusted`, or for http without; `cut` ends whatever is sent or read on it.

    Closing the client of another thread would not wake that thread from its read.
    """

    def __init__(self, trusted: ssl.SSLContext | None) -> None:
        # Not even loaded where it is not needed, because that takes longer than a question.
        self._transport = httpx.HTTPTransport(verify=trusted or False, trust_env=False)
        self._is_trusted = trusted is not None
        self._lock = Lock()
        self._sockets: list[socket.socket] = []
        self._cut = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response to a request."""
        if request.url.scheme == "https" and not self._is_trusted:
            raise httpx.UnsupportedProtocol("this line was made for http")
        request.extensions = {**request.extensions, "trace": self._trace}
        return self._transport.handle_request(request)

    def cut(self) -> None:
        """End every connection, now and as soon as one is made; more calls do nothing."""
        with self._lock:
            self._cut = True
            for line in self._sockets:
                _shut(line)

    def close(self) -> None:
        """Release the connections."""
        self._transport.close()

    def _trace(self, event: str, facts: dict[str, Any]) -> None:
        if event not in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            return
        line = facts["return_value"].get_extra_info("socket")
        with self._lock:
            self._sockets.append(line)
            if self._cut:
                _shut(line)


def _shut(line: socket.socket) -> None:
    # Of a TLS socket the plain one: its own shutdown is not meant for another thread.
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def patience() -> httpx.Timeout:
    """The timeouts of a line that is cut by who waits for it: only connecting has one."""
    return httpx.Timeout(None, connect=CONNECT_SECONDS)

"""Lines on which nothing comes back: the limits of time hold on this side alone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from agent.dialects import connect, mysql_session
from agent.dialects.address import read_address
from agent.errors import DatabaseError, LimitError
from agent.records import Limits
from tests.services import POSTGRES, mariadb_database, needs_postgres, postgres_database

PATIENCE = 60


class Proxy:
    """Hands on what two sides say, until it is frozen: then it takes lines and says nothing more."""

    def __init__(self, url: str) -> None:
        at = urlsplit(url)
        self._target = (at.hostname, at.port)
        self._frozen = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lines: list[socket.socket] = []
        port = self._listener.getsockname()[1]
        self.url = at._replace(netloc=f"{at.netloc.rpartition('@')[0]}@127.0.0.1:{port}").geturl()
        threading.Thread(target=self._accept, daemon=True).start()

    def freeze(self) -> None:
        self._frozen.set()

    def close(self) -> None:
        self.freeze()
        for line in (self._listener, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._lines.append(near)
                if not self._frozen.is_set():
                    far = socket.create_connection(self._target)
                    self._lines.append(far)
                    for source, sink in ((near, far), (far, near)):
                        threading.Thread(target=self._hand_on, args=(source, sink), daemon=True).start()

    def _hand_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self._frozen.is_set():
                    return
                sink.sendall(data)


@contextmanager
def proxy_to(engine: str) -> Iterator[Proxy]:
    database = postgres_database if engine == "postgres" else mariadb_database
    with database("CREATE TABLE t (a INTEGER)") as url, closing(Proxy(url)) as proxy:
        yield proxy


@pytest.fixture(params=["postgres", "mysql"])
def proxy(request: pytest.FixtureRequest) -> Iterator[Proxy]:
    with proxy_to(request.param) as proxy:
        yield proxy


def endless(url: str) -> str:
    return "SELECT pg_sleep(600)" if url.startswith("postgresql") else "SELECT SLEEP(600)"


def ends(work: threading.Thread) -> bool:
    work.join(PATIENCE)
    return not work.is_alive()


def test_mysql_is_not_waited_for_where_something_else_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_postgres()
    monkeypatch.setattr(mysql_session, "CONNECT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (silent.getsockname()[1], urlsplit(POSTGRES).port or 5432):
            with ThreadPoolExecutor() as threads:
                opening = threads.submit(connect, read_address(f"mysql://root@127.0.0.1:{port}/x"))
                error = opening.exception(PATIENCE)
            assert isinstance(error, DatabaseError)
            assert "check the host and the port" in error.hint


def test_statement_of_mysql_may_take_longer_than_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mysql_session, "CONNECT_SECONDS", 1)
    with mariadb_database("SELECT 1") as url, closing(connect(read_address(url))) as connection:
        assert connection.run("SELECT SLEEP(1.5)", Limits(seconds=30)).rows == ((0,),)


def test_time_limit_holds_when_the_line_goes_silent(proxy: Proxy) -> None:
    caught: list[Exception] = []

    def run() -> None:
        with closing(connect(read_address(proxy.url))) as connection:
            threading.Timer(0.3, proxy.freeze).start()
            try:
                connection.run(endless(proxy.url), Limits(seconds=1))
            except LimitError as error:
                caught.append(error)

    work = threading.Thread(target=run, daemon=True)
    work.start()
    assert ends(work)
    assert len(caught) == 1


def test_close_ends_a_statement_on_a_silent_line(proxy: Proxy) -> None:
    connection = connect(read_address(proxy.url))
    caught: list[Exception] = []

    def run() -> None:
        try:
            connection.run(endless(proxy.url), Limits(seconds=600))
        except DatabaseError as error:
            caught.append(error)

    work = threading.Thread(target=run, daemon=True)
    work.start()
    threading.Event().wait(0.5)
    proxy.freeze()
    closing_it = threading.Thread(target=connection.close, daemon=True)
    closing_it.start()
    assert ends(closing_it)
    assert ends(work)
    assert len(caught) == 1

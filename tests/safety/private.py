"""Database servers of our own, started for a test and thrown away: there a statement may do its worst."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest

from tests.safety.servers import SESSIONS

START_SECONDS = 30.0
MEMORY = "/dev/shm"
QUIET: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

POSTGRES_MADE = ("initdb", "-D", "{data}", "-U", "postgres", "-A", "trust", "--no-sync")
POSTGRES_RUN = (
    *("postgres", "-D", "{data}", "-p", "{port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
    *("-c", "fsync=off", "-c", "wal_level=logical", "-c", "max_prepared_transactions=4"),
)
MARIADB_MADE = (
    *("mariadb-install-db", "--no-defaults", "--datadir={data}", "--auth-root-authentication-method=normal"),
    *("--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=4M"),
)
MARIADB_RUN = (
    *("mariadbd", "--no-defaults", "--datadir={data}", "--port={port}", "--socket={data}/s.sock"),
    *("--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=16M"),
)
COMMANDS = {"postgres": (POSTGRES_MADE, POSTGRES_RUN), "mysql": (MARIADB_MADE, MARIADB_RUN)}
PLACES = ("/usr/sbin", "/usr/libexec", *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)))


@dataclass
class PrivateServer:
    """A server on a port of this machine; `renew` gives it the data with which it began."""

    dialect: str
    folder: Path
    port: int
    account: dict[str, Any]
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        """The folder of its data."""
        return self.folder / "data"

    def url(self, database: str = "") -> str:
        """The URL of its administrator."""
        scheme, user, own = (
            ("postgresql", "postgres", "postgres") if self.dialect == "postgres" else ("mysql", "root", "")
        )
        return f"{scheme}://{user}@127.0.0.1:{self.port}/{database or own}"

    def make(self, fill: Callable[[PrivateServer], None]) -> None:
        """Make the data with which it begins, which `fill` adds to."""
        self._run(*self._command(COMMANDS[self.dialect][0]))
        self._start()
        fill(self)
        self._stop(signal.SIGTERM)
        self._run("mv", str(self.data), str(self.folder / "fresh"))

    def renew(self) -> None:
        """Start it with the data with which it began, whatever state it is in."""
        self.kill()
        shutil.rmtree(self.data, ignore_errors=True)
        self._run("cp", "-a", str(self.folder / "fresh"), str(self.data))
        self._start()

    def kill(self) -> None:
        """End it; nothing in it is worth keeping."""
        # By this signal PostgreSQL ends at once, and gives back its shared memory.
        self._stop(signal.SIGQUIT if self.dialect == "postgres" else signal.SIGKILL)

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command(COMMANDS[self.dialect][1]), **self._how)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with SESSIONS[self.dialect](self.url()):
                    return
            except (psycopg.Error, pymysql.Error, OSError):
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
            time.sleep(0.02)

    def _stop(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()

    def _run(self, *command: str) -> None:
        subprocess.run(command, check=True, **self._how)

    @property
    def _how(self) -> dict[str, Any]:
        return {"cwd": self.folder, **QUIET, **self.account}

    def _command(self, parts: tuple[str, ...]) -> list[str]:
        program, *options = (part.format(data=self.data, port=self.port) for part in parts)
        return [_program(program), *options]


@contextmanager
def private_server(dialect: str, fill: Callable[[PrivateServer], None]) -> Iterator[PrivateServer]:
    """A server that is started, filled and thrown away; the test is skipped where its programs are not installed."""
    missing = [command[0] for command in COMMANDS[dialect] if not _program(command[0])]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    account = _account(dialect)
    # Not in the folder of the test, which the account of the server may not enter; in memory where that can be had.
    folder = Path(tempfile.mkdtemp(prefix=f"sqlwright_{dialect}_", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    try:
        if account:
            shutil.chown(folder, account["user"], account["group"])
        server = PrivateServer(dialect, folder, _free_port(), account)
        try:
            server.make(fill)
            server.renew()
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), *PLACES)))
    return str(Path(found).resolve()) if found else ""


def _account(dialect: str) -> dict[str, Any]:
    """Who runs the server: never an administrator of this machine, as whom the servers refuse to run."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres" if dialect == "postgres" else "mysql", "nobody"):
        with suppress(KeyError):
            return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}
    pytest.skip("there is no account to run a server as")


def _free_port() -> int:
    # Not one that the system gives to clients, which would take it while the server is started anew.
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    pytest.fail("no port is free")

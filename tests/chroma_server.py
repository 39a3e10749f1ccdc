"""A Chroma server of the tests' own, on a free port, ended with them."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx

CHROMA = Path(sys.executable).with_name("chroma")
SECONDS = 60


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    """The URL of a server that keeps its data in a folder."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        command = [str(CHROMA), "run", "--path", str(folder / "data"), "--host", "127.0.0.1", "--port", str(port)]
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            _wait_for(url, server)
            yield url
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    """A port on which nothing answers."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    end = monotonic() + SECONDS
    while server.poll() is None and monotonic() < end:
        try:
            if httpx.get(f"{url}/api/v2/heartbeat").is_success:
                return
        except httpx.TransportError:
            sleep(0.05)
    raise RuntimeError(f"the Chroma server does not start at {url}")

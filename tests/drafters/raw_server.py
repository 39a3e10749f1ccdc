"""A port behind which is no Ollama, or not the one that is hoped for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from socket import socket
from threading import Thread

from agent.ollama_address import OllamaAddress


@contextmanager
def listening(answer: bytes) -> Iterator[OllamaAddress]:
    """A port that answers every request with these bytes, and with silence where there are none."""
    with closing(socket()) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def serve() -> None:
            calls = []
            try:
                while True:
                    calls.append(server.accept()[0])
                    if answer:
                        calls[-1].sendall(answer)
                        calls[-1].close()
            except OSError:
                for call in calls:
                    call.close()

        thread = Thread(target=serve)
        thread.start()
        try:
            yield OllamaAddress("http", "127.0.0.1", server.getsockname()[1])
        finally:
            server.shutdown(2)
            thread.join()

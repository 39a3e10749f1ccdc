"""Vectors on a Chroma server, which many indexes may share."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from agent.errors import IndexingError
from agent.schema_index.chroma_collections import SHAPE, WHILE_WRITING, ChromaCollections
from agent.schema_index.vectors import COLLECTIONS, DamagedError, shown_url

HEARTBEAT = "/api/v2/heartbeat"
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 5.0, 120.0
PAGE = 1_000


def load(folder: Path, chroma: str) -> ServerStores:
    """The vectors of the index in a folder, on the server at a URL."""
    return ServerStores(folder.name, chroma)


class ServerStores:
    """Collections that bear the name of the index, so that many indexes can share a server."""

    def __init__(self, index: str, url: str) -> None:
        """The vectors of the index of that name; ValueError for a URL without a host."""
        if not urlsplit(url).hostname:
            raise ValueError(url)
        self._url = url.rstrip("/")
        self._shown = shown_url(self._url)
        self._prefix = f"sqlwright.{re.sub(r'[^A-Za-z0-9_-]', '-', index)}."

    def names(self) -> list[str]:
        """The sets that are there, whole ones only."""
        with self._client() as client:
            found = self._collections_of(client)
        names = {name.rpartition(".")[0] for name in found}
        return sorted(name for name in names if all(f"{name}.{each}" in found for each in COLLECTIONS))

    def is_whole(self, name: str) -> bool:
        """Whether the server has all of a set."""
        if not name:
            return False
        try:
            with self._client() as client, self._errors():
                return bool(self._existing(client, name))
        except DamagedError:
            return False

    @contextmanager
    def open(self, name: str) -> Iterator[ChromaCollections]:
        """A set, old or new, to be written."""
        shape = {"hnsw": SHAPE | {"sync_threshold": WHILE_WRITING}}
        with self._client() as client:
            collections = {
                each: client.get_or_create_collection(
                    self._full(name, each), embedding_function=None, configuration=shape
                )
                for each in COLLECTIONS
            }
            yield ChromaCollections(collections, self._errors)

    def reader(self, name: str) -> ChromaCollections:
        """A set, to be searched."""
        with ExitStack() as stack:
            collections = self._existing(stack.enter_context(self._client()), name)
            return ChromaCollections(collections, self._errors, stack.pop_all().close)

    def is_usable(self, name: str) -> bool:
        """Whether `reader` uses a set where it is: always."""
        return True

    def copy(self, old: str, new: str) -> None:
        """Copy a set to a new name."""
        with self.open(new), self._client() as client:
            source, target = self._existing(client, old), self._existing(client, new)
            for each in COLLECTIONS:
                for start in range(0, source[each].count(), PAGE):
                    page = source[each].get(limit=PAGE, offset=start, include=["embeddings", "metadatas"])
                    target[each].upsert(ids=page["ids"], embeddings=page["embeddings"], metadatas=page["metadatas"])

    def remove(self, name: str) -> None:
        """Remove a set, if there is one."""
        with self._client() as client:
            there = self._collections_of(client)
            for each in COLLECTIONS:
                if f"{name}.{each}" in there:
                    client.delete_collection(self._full(name, each))

    def _full(self, name: str, collection: str) -> str:
        return f"{self._prefix}{name}.{collection}"

    def _existing(self, client: Any, name: str) -> dict[str, Any]:
        return {each: client.get_collection(self._full(name, each), embedding_function=None) for each in COLLECTIONS}

    def _collections_of(self, client: Any) -> set[str]:
        """The names of this index's collections, without what they have in common."""
        found: set[str] = set()
        for start in range(0, client.count_collections(), PAGE):
            page = client.list_collections(limit=PAGE, offset=start)
            found |= {each.name.removeprefix(self._prefix) for each in page if each.name.startswith(self._prefix)}
        return found

    @contextmanager
    def _client(self) -> Iterator[Any]:
        """A client, connected; what goes wrong until it is closed is an error as `_errors` says."""
        import chromadb
        import httpx
        from chromadb.config import Settings

        parts = urlsplit(self._url)
        headers = {"Authorization": f"Basic {_login(parts.username, parts.password)}"} if parts.username else {}
        with self._errors():
            # Chroma's client waits for ever while it connects.
            answer = httpx.get(f"{self._shown}{HEARTBEAT}", headers=headers, timeout=SECONDS_TO_CONNECT)
            if answer.is_success and "nanosecond heartbeat" not in answer.text:
                raise ValueError("it is no Chroma server")
            settings = Settings(anonymized_telemetry=False)
            client: Any = chromadb.HttpClient(self._shown, headers=headers, settings=settings)
            client._server._session.timeout = httpx.Timeout(SECONDS_TO_ANSWER)
            try:
                yield client
            finally:
                client.close()
                # Chroma leaves its connections open.
                for each in (client, client._admin_client):
                    each._server._session.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except IndexingError:
            raise
        except Exception as error:  # Chroma raises errors of its own, of httpx, and bare ones
            import httpx
            from chromadb.errors import NotFoundError

            if isinstance(error, NotFoundError):
                raise DamagedError from error
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            if isinstance(error, httpx.TransportError):
                hint = "start it with `chroma run`, or check the chroma setting"
                raise IndexingError(f"the Chroma server at {self._shown} does not answer: {reason}", hint) from error
            hint = "check the chroma setting and its login"
            raise IndexingError(f"the Chroma server at {self._shown} fails: {reason}", hint) from error


def _login(user: str, password: str | None) -> str:
    return b64encode(f"{unquote(user)}:{unquote(password or '')}".encode()).decode()

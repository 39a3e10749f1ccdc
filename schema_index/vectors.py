"""The vectors of tables and columns in a persistent Chroma store."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import IndexingError

if TYPE_CHECKING:
    from agent.schema_index.embed import Vectors

TABLES, COLUMNS = "tables", "columns"
FILE_NAME = "chroma.sqlite3"
# The metadata that says what an entry was made of.
STAMP = "text"
# The most that one call of Chroma takes.
BATCH = 5_000

Id = tuple[str, ...]


class DamagedError(IndexingError):
    """The index cannot be read; it must be made anew."""

    def __init__(self) -> None:
        super().__init__("the index of this database is damaged", "ask again: it is made anew")


class VectorStore:
    """Two collections, `tables` and `columns`; an entry's id is (table id,) or (table id, column name)."""

    def __init__(self, folder: Path) -> None:
        # Chroma takes most of a second to import: only what needs vectors pays for it.
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        with _damage():
            client = chromadb.PersistentClient(str(folder), settings=settings)
            self._collections: dict[str, Any] = {
                name: client.get_or_create_collection(
                    name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                )
                for name in (TABLES, COLUMNS)
            }

    def upsert(self, collection: str, entries: Sequence[tuple[Id, str]], vectors: Vectors) -> None:
        """Add ids, each with the text that its vector, [n, dimension], was made of; the same ids are replaced."""
        ids = [_text(key) for key, _ in entries]
        stamps = [{STAMP: stamp_of(text)} for _, text in entries]
        with _damage():
            for n in range(0, len(ids), BATCH):
                part = slice(n, n + BATCH)
                self._collections[collection].upsert(ids=ids[part], embeddings=vectors[part], metadatas=stamps[part])

    def stamps(self, collection: str) -> dict[Id, str]:
        """The ids that a collection holds, each with the stamp of its text."""
        with _damage():
            found = self._collections[collection].get(include=["metadatas"])
            return {
                tuple(json.loads(key)): str((metadata or {}).get(STAMP, ""))
                for key, metadata in zip(found["ids"], found["metadatas"], strict=True)
            }

    def delete(self, collection: str, keys: Iterable[Id]) -> None:
        """Delete entries."""
        gone = [_text(key) for key in keys]
        with _damage():
            for n in range(0, len(gone), BATCH):
                self._collections[collection].delete(ids=gone[n : n + BATCH])

    def count(self, collection: str) -> int:
        """How many entries a collection holds."""
        with _damage():
            return int(self._collections[collection].count())

    def nearest(self, collection: str, vector: Vectors, limit: int) -> list[tuple[Id, float]]:
        """The ids nearest to a vector, [dimension], with their cosine similarity, best first."""
        with _damage():
            answer = self._collections[collection].query(
                query_embeddings=vector[None, :], n_results=limit, include=["distances"]
            )
        pairs = zip(answer["ids"][0], answer["distances"][0], strict=True)
        return [(tuple(json.loads(key)), 1.0 - distance) for key, distance in pairs]


def stamp_of(text: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _text(key: Id) -> str:
    return json.dumps(key, ensure_ascii=False)


def is_whole(folder: Path) -> bool:
    """Whether a folder looks like a vector store, told without Chroma, in less than a millisecond."""
    file = folder / FILE_NAME
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            return bool(connection.execute("SELECT count(*) = 2 FROM collections").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.Error:
        return False


@contextmanager
def _damage() -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError) as error:
        raise DamagedError from error

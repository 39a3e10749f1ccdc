"""The vectors of tables and columns in a persistent Chroma store."""

from __future__ import annotations

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
# The most that one call of Chroma takes.
BATCH = 5_000

Id = tuple[str, ...]


class DamagedError(IndexingError):
    """The vector store cannot be read; it must be made anew."""


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

    def upsert(self, collection: str, keys: Sequence[Id], vectors: Vectors) -> None:
        """Add vectors, [n, dimension], or replace those of the same ids."""
        ids = [_text(key) for key in keys]
        with _damage():
            for n in range(0, len(ids), BATCH):
                self._collections[collection].upsert(ids=ids[n : n + BATCH], embeddings=vectors[n : n + BATCH])

    def keep(self, collection: str, keys: Iterable[Id]) -> None:
        """Delete every entry that is not among the ids."""
        kept = {_text(key) for key in keys}
        with _damage():
            gone = [key for key in self._collections[collection].get(include=[])["ids"] if key not in kept]
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


def _text(key: Id) -> str:
    return json.dumps(key, ensure_ascii=False)


def is_whole(folder: Path) -> bool:
    """Whether a folder looks like a vector store, told without Chroma, in less than a millisecond."""
    file = folder / "chroma.sqlite3"
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
        raise DamagedError("the index of this database is damaged", "ask again: it is made anew") from error

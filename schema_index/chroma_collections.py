"""Vectors in collections of a Chroma client, embedded or of a server."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from agent.schema_index.vectors import Id, Key, stamp_of

if TYPE_CHECKING:
    from agent.schema_index.embed import Vectors

# Of 200,000 columns (benchmarks/scale.py) a search of 400 misses 4 % of the 50 nearest, one of 800 misses 1 % and takes
# 11 ms; on small schemas both take the same. The rest is what Chroma has by default.
SHAPE = {"space": "cosine", "max_neighbors": 16, "ef_construction": 100, "ef_search": 800}
# Entries between two writings of the whole graph.
WHILE_WRITING = 20_000
# The metadata that says what an entry was made of.
STAMP = "text"
# The most that one call of Chroma takes is 5,461.
BATCH = 5_000
# Parts of a text that `vectors_of` looks for: what a longer text says first is what it is about.
PARTS = 4

SEPARATOR, ODD = "\x1f", "\x1e"

Guard = Callable[[], AbstractContextManager[object]]
"""Turns the errors of a client into ours."""


class ChromaCollections:
    """The collections of a client by the names that they have in `vectors`; errors as `guard` turns them."""

    def __init__(
        self, collections: Mapping[str, Any], guard: Guard, close: Callable[[], object] = lambda: None
    ) -> None:
        """`close` lets go of the client."""
        self._collections = collections
        self._guard = guard
        self.close = close

    def upsert(self, collection: str, entries: Sequence[tuple[Id, str]], vectors: Vectors) -> None:
        """Add ids, each with the text that its vector, [n, dimension], was made of; the same ids are replaced."""
        ids = [id_text(key) for key, _ in entries]
        stamps = [{STAMP: stamp_of(text)} for _, text in entries]
        with self._guard():
            for n in range(0, len(ids), BATCH):
                part = slice(n, n + BATCH)
                self._collections[collection].upsert(ids=ids[part], embeddings=vectors[part], metadatas=stamps[part])

    def delete(self, collection: str, keys: Iterable[Id]) -> None:
        """Delete entries."""
        gone = [id_text(key) for key in keys]
        with self._guard():
            for n in range(0, len(gone), BATCH):
                self._collections[collection].delete(ids=gone[n : n + BATCH])

    def stamps(self, collection: str) -> dict[Id, str]:
        """The ids that a collection holds, each with the stamp of its text."""
        with self._guard():
            found = self._collections[collection].get(include=["metadatas"])
            return {
                _id(text): str((metadata or {}).get(STAMP, ""))
                for text, metadata in zip(found["ids"], found["metadatas"], strict=True)
            }

    def nearest(self, collection: str, vector: Vectors, limit: int) -> list[tuple[Key, float]]:
        """The keys of the `limit` entries nearest to a vector, [dimension], each with its best cosine similarity."""
        with self._guard():
            answer = self._collections[collection].query(
                query_embeddings=vector[None, :], n_results=limit, include=["distances"]
            )
        return best_parts(answer["ids"][0], answer["distances"][0])

    def vectors_of(self, collection: str, keys: Sequence[Key]) -> dict[Key, Vectors]:
        """The vectors, [parts, dimension], of those of the keys that the collection holds."""
        if not keys:
            return {}
        with self._guard():
            found = self._collections[collection].get(ids=part_ids(keys), include=["embeddings"])
        return by_key(found["ids"], found["embeddings"])


def id_text(key: Id) -> str:
    """How an id is written in Chroma; a question reads hundreds, so that it is no JSON unless a name is odd."""
    text = SEPARATOR.join(key)
    return text if text.count(SEPARATOR) == len(key) - 1 and not text.startswith(ODD) else ODD + json.dumps(key)


def part_ids(keys: Sequence[Key]) -> list[str]:
    """The ids that the parts of these keys may have."""
    return [id_text((*key, str(part))) for key in dict.fromkeys(keys) for part in range(PARTS)]


def best_parts(ids: Sequence[str], distances: Sequence[float]) -> list[tuple[Key, float]]:
    """What is nearest, without the less near parts of the same; cosine distances become similarities."""
    best: dict[Key, float] = {}
    for text, distance in zip(ids, distances, strict=True):
        best.setdefault(_id(text)[:2], 1.0 - distance)
    return list(best.items())


def by_key(ids: Sequence[str], vectors: Sequence[Sequence[float]] | Vectors) -> dict[Key, Vectors]:
    """Vectors by what they are about, [parts, dimension] each."""
    import numpy as np

    parts: dict[Key, list[Any]] = defaultdict(list)
    for text, vector in zip(ids, vectors, strict=True):
        parts[_id(text)[:2]].append(vector)
    return {key: np.asarray(rows, dtype=np.float32) for key, rows in parts.items()}


def _id(text: str) -> Id:
    table, column, part = json.loads(text[1:]) if text.startswith(ODD) else text.split(SEPARATOR)
    return table, column, part

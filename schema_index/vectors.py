"""Where the vectors of tables, columns and schemas are kept: what every store can do, and which there are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from agent.errors import IndexingError

if TYPE_CHECKING:
    from agent.schema_index.embed import Vectors

TABLES, COLUMNS, SCHEMAS = COLLECTIONS = "tables", "columns", "schemas"

Id = tuple[str, str, str]
"""Table id or schema, column name (empty for the table or schema itself), and the number of the part, from "0"."""
Key = tuple[str, str]
"""An id without the part: what a vector is about."""


class DamagedError(IndexingError):
    """The index cannot be read; it must be made anew."""

    def __init__(self) -> None:
        super().__init__("the index of this database is damaged", "ask again: it is made anew")


class VectorReader(Protocol):
    """Collections of vectors, those in COLLECTIONS, to be searched by several threads if need be."""

    def nearest(self, collection: str, vector: Vectors, limit: int) -> list[tuple[Key, float]]:
        """The keys of the `limit` entries nearest to a vector, [dimension], each with its best cosine similarity."""
        ...

    def vectors_of(self, collection: str, keys: Sequence[Key]) -> dict[Key, Vectors]:
        """The vectors, [parts, dimension], of those of the keys that the collection holds."""
        ...

    def close(self) -> object:
        """Let go of files, connections and memory; nothing is asked after that."""
        ...


class VectorStore(VectorReader, Protocol):
    """The same collections, to be written by one thread."""

    def upsert(self, collection: str, entries: Sequence[tuple[Id, str]], vectors: Vectors) -> None:
        """Add ids, each with the text that its vector, [n, dimension], was made of; the same ids are replaced."""
        ...

    def delete(self, collection: str, keys: Iterable[Id]) -> None:
        """Delete entries."""
        ...

    def stamps(self, collection: str) -> dict[Id, str]:
        """The ids that a collection holds, each with the stamp of its text."""
        ...


class VectorStores(Protocol):
    """The vectors of one index: several sets of them, of which readers use one while the next is being made.

    Whatever reads or writes raises DamagedError for what must be made anew, and IndexingError for all else.
    """

    def names(self) -> list[str]:
        """The sets that are there."""
        ...

    def is_whole(self, name: str) -> bool:
        """Whether a set looks usable, told in a millisecond; a server is taken at its word."""
        ...

    def open(self, name: str) -> AbstractContextManager[VectorStore]:
        """A set, old or new, to be written; leaving it makes it ready for quick reading."""
        ...

    def reader(self, name: str) -> VectorReader:
        """A set, to be searched."""
        ...

    def is_usable(self, name: str) -> bool:
        """Whether `reader` uses a set where it is, and not a copy."""
        ...

    def copy(self, old: str, new: str) -> None:
        """Copy a set to a new name."""
        ...

    def remove(self, name: str) -> None:
        """Remove a set, if there is one."""
        ...


LOADERS: Mapping[str, str] = {
    "": "agent.schema_index.chroma_embedded",
    "http": "agent.schema_index.chroma_server",
    "https": "agent.schema_index.chroma_server",
}


def vector_stores(folder: Path, chroma: str) -> VectorStores:
    """The vectors of the index in a folder: beside it, or where `chroma` is a URL, on the Chroma server there.

    Raises IndexingError for a URL that is none.
    """
    try:
        kind = urlsplit(chroma).scheme or chroma
        load: Callable[[Path, str], VectorStores] = import_module(LOADERS[kind]).load
        return load(folder, chroma)
    except (KeyError, ValueError):
        hint = "write http://HOST:PORT, or leave it out to keep the vectors in the cache folder"
        raise IndexingError(f"chroma: {shown_url(chroma)} is not the URL of a server", hint) from None


def shown_url(url: str) -> str:
    """A URL without the user and the password in it, to be shown and to be kept."""
    scheme, mark, rest = url.rpartition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}"


def stamp_of(text: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]

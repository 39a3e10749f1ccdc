"""The index of one database: its catalog, names and values in one SQLite file, its vectors in Chroma."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from agent.dialects.sqlite import path_of
from agent.records import Catalog, ValueMatch
from agent.schema_index import literals, names
from agent.schema_index.catalog_json import load_catalog
from agent.schema_index.index_file import FILE_NAME, connect, discard, read_meta
from agent.schema_index.names import NameMatch
from agent.schema_index.vectors import COLUMNS, TABLES, Id, VectorStore

if TYPE_CHECKING:
    from agent.schema_index.embed import Encoder, Vectors

Settings = dict[str, Any]
"""What an index was made of: when all of it is as it was, the index is up to date."""


class SchemaIndex:
    """An index that is ready to be asked.

    Opening it reads one file. The encoder is loaded by the first `encode`, and Chroma by the first search
    for vectors.
    """

    def __init__(self, folder: Path, cache: Path) -> None:
        """Open the index in a folder; sqlite3.Error when there is none or it is damaged."""
        self.folder = folder
        self._cache = cache
        self._db = connect(folder / FILE_NAME)
        try:
            self.settings: Settings = json.loads(read_meta(self._db, "settings"))
            self.vectors_folder = folder / read_meta(self._db, "vectors")
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the index cannot be asked any more."""
        self._db.close()

    def discard(self) -> None:
        """Remove an index that turned out to be damaged; the next opening makes it anew."""
        self.close()
        discard(self.folder)

    @cached_property
    def catalog(self) -> Catalog:
        """Every table and view, with what is known about each."""
        return load_catalog(read_meta(self._db, "catalog"))

    @cached_property
    def encoder(self) -> Encoder:
        """The model that made the vectors."""
        from agent.schema_index.embed import load_encoder

        return load_encoder(self.settings["encoder"], self._cache)

    @cached_property
    def _vectors(self) -> VectorStore:
        # Opened in the calling thread: imports of Chroma and of the encoder in two threads at once meet half-made
        # modules of NumPy.
        return VectorStore(self.vectors_folder)

    def _search(self, collection: str, vector: Vectors, limit: int) -> list[tuple[Id, float]]:
        return self._vectors.nearest(collection, vector, limit)

    def nearest_tables(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Table ids with their cosine similarity to a vector, [dimension], best first."""
        return [(key[0], score) for key, score in self._search(TABLES, vector, limit)]

    def nearest_columns(self, vector: Vectors, limit: int) -> list[tuple[str, str, float]]:
        """Table ids and column names with their cosine similarity to a vector, [dimension], best first."""
        return [(key[0], key[1], score) for key, score in self._search(COLUMNS, vector, limit)]

    def find_names(self, question: str, limit: int) -> tuple[NameMatch, ...]:
        """Names that share words with the question, best first."""
        return names.find_names(question, self._db, limit)

    def find_exact(self, question: str) -> tuple[NameMatch, ...]:
        """Names that stand whole in the question, longest first."""
        return names.find_exact(question, self._db)

    def find_values(self, question: str) -> tuple[ValueMatch, ...]:
        """Stored values that occur in the question, longest first."""
        return literals.find_values(question, self._db)


def index_folder(url: str, cache: Path) -> Path:
    """The folder of a database's index; no password is part of its name."""
    if url.startswith("sqlite"):
        name = str(path_of(url))
        label = Path(name).stem
    else:
        parts = urlsplit(url)
        name = parts._replace(netloc=re.sub(r":[^@:]*@", "@", parts.netloc)).geturl()
        label = parts.path.strip("/")
    slug = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:40]
    return cache / "index" / f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"

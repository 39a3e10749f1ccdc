"""The index of one database: its catalog, names and values in one SQLite file, its vectors in Chroma."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

from agent.dialects import duckdb, sqlite
from agent.dialects.address import Address
from agent.dialects.files import file_of
from agent.errors import IndexingError
from agent.records import Catalog, ValueMatch
from agent.schema_index import literals, names
from agent.schema_index.catalog_json import load_catalog
from agent.schema_index.index_file import FILE_NAME, connect, discard, is_damage, is_writable, read_meta
from agent.schema_index.names import NameMatch
from agent.schema_index.progress import Progress, silent
from agent.schema_index.vectors import COLUMNS, TABLES, DamagedError, Id, VectorStore
from agent.schema_index.vectors import FILE_NAME as VECTORS_FILE

if TYPE_CHECKING:
    from agent.schema_index.embed import Encoder, Vectors

FORMATS = {"sqlite": sqlite.FORMAT, "duckdb": duckdb.FORMAT}
_SECRET = re.compile("pass|pwd|secret|token|key")

DEFAULT_POLICY = "low-cardinality"

Settings = dict[str, Any]
"""What an index was made of: when all of it is as it was, the index is up to date."""


class SchemaIndex:
    """An index that is ready to be asked, by several threads if need be.

    Opening it reads one file. The encoder is loaded by the first `encode`, and Chroma by the first search
    for vectors. Once it is closed, what asks its file raises IndexingError.
    """

    def __init__(self, folder: Path, cache: Path, progress: Progress = silent) -> None:
        """Open the index in a folder; sqlite3.Error when there is none or it is damaged.

        `progress` is told when the encoder must be prepared anew.
        """
        self.folder = folder
        self.closed = False
        self._cache = cache
        self._progress = progress
        # SQLite's handle must not be closed in the middle of a query: that ends the whole interpreter.
        self._lock = Lock()
        # Threads that import Chroma and the encoder at once meet half-made modules of NumPy.
        self._loading = Lock()
        self._encoder: Encoder | None = None
        self._store: VectorStore | None = None
        self._copy: TemporaryDirectory[str] | None = None
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
        """Close the file, after the query that it may be answering; more calls do nothing."""
        with self._lock:
            self.closed = True
            self._db.close()
        if self._copy is not None:
            self._copy.cleanup()

    def discard(self) -> None:
        """Remove an index that turned out to be damaged; the next opening makes it anew."""
        self.close()
        discard(self.folder)
        shutil.rmtree(self.vectors_folder, ignore_errors=True)

    @property
    def is_writable(self) -> bool:
        """Whether a search for vectors can use the folder itself, and not a copy of it."""
        return is_writable(self.folder / FILE_NAME) and is_writable(self.vectors_folder / VECTORS_FILE)

    @cached_property
    def catalog(self) -> Catalog:
        """Every table and view, with what is known about each."""
        with self._open_file() as db:
            try:
                return load_catalog(read_meta(db, "catalog"))
            except ValueError as error:
                raise DamagedError from error

    @property
    def encoder(self) -> Encoder:
        """The model that made the vectors."""
        from agent.schema_index.embed import load_encoder

        with self._loading:
            if self._encoder is None:
                self._encoder = load_encoder(self.settings["encoder"], self._cache, self._progress)
            return self._encoder

    def _search(self, collection: str, vector: Vectors, limit: int) -> list[tuple[Id, float]]:
        with self._healthy():
            with self._loading:
                if self._store is None:
                    self._store = VectorStore(self._usable_vectors())
            return self._store.nearest(collection, vector, limit)

    def _usable_vectors(self) -> Path:
        # Chroma writes even when it only reads.
        if self.is_writable:
            return self.vectors_folder
        self._copy = TemporaryDirectory(prefix="sqlwright-", ignore_cleanup_errors=True)
        for file in self.vectors_folder.rglob("*"):
            if file.is_file():
                copy = Path(self._copy.name) / file.relative_to(self.vectors_folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
        return Path(self._copy.name)

    def nearest_tables(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Table ids with their cosine similarity to a vector, [dimension], best first."""
        return [(key[0], score) for key, score in self._search(TABLES, vector, limit)]

    def nearest_columns(self, vector: Vectors, limit: int) -> list[tuple[str, str, float]]:
        """Table ids and column names with their cosine similarity to a vector, [dimension], best first."""
        return [(key[0], key[1], score) for key, score in self._search(COLUMNS, vector, limit)]

    def find_names(self, question: str, limit: int) -> tuple[NameMatch, ...]:
        """Names that share words with the question, best first."""
        with self._open_file() as db:
            return names.find_names(question, db, limit)

    def find_exact(self, question: str) -> tuple[NameMatch, ...]:
        """Names that stand whole in the question, longest first."""
        with self._open_file() as db:
            return names.find_exact(question, db)

    def find_values(self, question: str) -> tuple[ValueMatch, ...]:
        """Stored values that occur in the question, longest first."""
        with self._open_file() as db:
            return literals.find_values(question, db)

    @contextmanager
    def _open_file(self) -> Iterator[sqlite3.Connection]:
        with self._healthy(), self._lock:
            if self.closed:
                raise IndexingError("the index is closed", "open it again")
            yield self._db

    @contextmanager
    def _healthy(self) -> Iterator[None]:
        """Tells damage in one line, and removes the index, so that the next opening makes it anew."""
        try:
            yield
        except DamagedError:
            self.discard()
            raise
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise IndexingError(f"the index of this database cannot be read: {error}", "try again") from error
            self.discard()
            raise DamagedError from error


def index_folder(
    address: Address,
    cache: Path,
    schemas: tuple[str, ...] = (),
    values: str = DEFAULT_POLICY,
    descriptions: Path | None = None,
) -> Path:
    """The folder of the index of a database; no password has a part in its name.

    Connections to one database that index other parts of it have folders of their own, so that none undoes
    the other's work. Raises UsageError or DatabaseError for the URL of a file that is none.
    """
    name = str(file_of(address.url, FORMATS[address.dialect])) if address.dialect in FORMATS else _name(address)
    parts = {
        "schemas": sorted(set(schemas)),
        "values": "" if values == DEFAULT_POLICY else values,
        "descriptions": str(descriptions.resolve()) if descriptions else "",
    }
    if any(parts.values()):
        name += json.dumps(parts)
    slug = re.sub(r"[^a-z0-9]+", "-", address.database.lower()).strip("-")[:40]
    return cache / "index" / f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _name(address: Address) -> str:
    """The URL without what may be a password."""
    options = parse_qsl(address.url.partition("?")[2], keep_blank_values=True)
    return f"{address.shown}?{sorted(option for option in options if not _SECRET.search(option[0].lower()))}"

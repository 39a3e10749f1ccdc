"""The index of one database: its catalog, names and values in one SQLite file, its vectors in Chroma."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, Self, TypeVar

from agent.errors import IndexingError
from agent.records import Catalog, ValueMatch
from agent.schema_index import literals, names
from agent.schema_index.index_file import FILE_NAME, connect, discard, is_damage, read_meta
from agent.schema_index.index_rows import read_catalog
from agent.schema_index.name_vectors import read_name_vectors
from agent.schema_index.names import NameMatch
from agent.schema_index.options import IndexOptions
from agent.schema_index.progress import Progress, silent
from agent.schema_index.vectors import COLUMNS, SCHEMAS, TABLES, DamagedError, Key, VectorReader, vector_stores

if TYPE_CHECKING:
    from agent.schema_index.embed import Encoder, Vectors
    from agent.schema_index.short_vectors import ShortVectors

Found = TypeVar("Found")

Settings = dict[str, Any]
"""What an index was made of: when all of it is as it was, the index is up to date."""


class SchemaIndex:
    """An index that is ready to be asked, by several threads if need be.

    Opening it reads one file. The encoder and the vectors are loaded when they are first asked for. Once it is
    closed, what asks its file raises IndexingError.
    """

    def __init__(self, folder: Path, options: IndexOptions, progress: Progress = silent) -> None:
        """Open the index in a folder; sqlite3.Error when there is none or it is damaged.

        Of the options those matter that say where the encoder and the vectors are. `progress` is told when the
        encoder must be prepared anew.
        """
        self.folder = folder
        self.closed = False
        self._options = options
        self._progress = progress
        self._stores = vector_stores(folder, options.chroma)
        # SQLite's handle must not be closed in the middle of a query: that ends the whole interpreter.
        self._lock = Lock()
        # Threads that import Chroma and the encoder at once meet half-made modules of NumPy.
        self._loading = RLock()
        self._encoder: Encoder | None = None
        self._reader: VectorReader | None = None
        self._db = connect(folder / FILE_NAME)
        try:
            self.settings: Settings = json.loads(read_meta(self._db, "settings"))
            self.vectors = read_meta(self._db, "vectors")
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
        self._close_vectors()

    def discard(self) -> None:
        """Close an index that turned out to be damaged, and remove it, so that the next opening makes it anew.

        One that another process has made since then stays.
        """
        if self.closed:
            return
        is_current = True
        with suppress(sqlite3.Error), self._lock:
            is_current = read_meta(self._db, "vectors") == self.vectors
        self.close()
        if is_current:
            discard(self.folder)
            with suppress(IndexingError):
                self._stores.remove(self.vectors)

    @property
    def is_writable(self) -> bool:
        """Whether a search for vectors can use them where they are, and not a copy."""
        return self._stores.is_usable(self.vectors)

    @cached_property
    def catalog(self) -> Catalog:
        """Every table and view, with what is known about each."""
        with self._open_file() as db:
            try:
                return read_catalog(db, read_meta(db, "catalog"))
            except ValueError as error:
                raise DamagedError from error

    @property
    def encoder(self) -> Encoder:
        """The model that made the vectors."""
        from agent.schema_index.embed import load_encoder

        with self._loading:
            if self._encoder is None:
                self._encoder = load_encoder(
                    self.settings["encoder"],
                    self._options.cache,
                    self._progress,
                    self.settings["query_prefix"],
                    self.settings["document_prefix"],
                    self._options.access,
                )
            return self._encoder

    @cached_property
    def short_vectors(self) -> ShortVectors:
        """The vectors of names, and of phrases to compare with them."""
        from agent.schema_index.short_vectors import ShortVectors

        return ShortVectors(self.encoder, self._read_name_vectors)

    def nearest_tables(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Table ids with their cosine similarity to a vector, [dimension], best first."""
        found = self._read(lambda vectors: vectors.nearest(TABLES, vector, limit))
        return [(table, score) for (table, _), score in found]

    def nearest_columns(self, vector: Vectors, limit: int) -> list[tuple[str, str, float]]:
        """Table ids and column names with their cosine similarity to a vector, [dimension], best first."""
        found = self._read(lambda vectors: vectors.nearest(COLUMNS, vector, limit))
        return [(*key, score) for key, score in found]

    def nearest_schemas(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Schemas with their cosine similarity to a vector, [dimension], best first; none where there is only one."""
        found = self._read(lambda vectors: vectors.nearest(SCHEMAS, vector, limit))
        return [(schema, score) for (schema, _), score in found]

    def vectors_of(self, collection: str, keys: Sequence[Key]) -> dict[Key, Vectors]:
        """The vectors, [parts, dimension], of table ids and column names (empty for a table), as far as there are any.

        `collection` is `tables` or `columns`. A hundred keys take two milliseconds.
        """
        return self._read(lambda vectors: vectors.vectors_of(collection, keys))

    def _read(self, read: Callable[[VectorReader], Found]) -> Found:
        with self._healthy():
            try:
                return read(self._opened_vectors())
            except DamagedError:
                if not self._is_behind():
                    raise
                return read(self._opened_vectors())

    def _opened_vectors(self) -> VectorReader:
        with self._loading:
            if self._reader is None:
                self._is_behind()
                self._reader = self._stores.reader(self.vectors)
            return self._reader

    def _is_behind(self) -> bool:
        """Whether another process has switched to other vectors, which are those to read from now on."""
        with self._open_file() as db:
            before, self.vectors = self.vectors, read_meta(db, "vectors")
        if before != self.vectors:
            self._close_vectors()
        return before != self.vectors

    def _close_vectors(self) -> None:
        with self._loading:
            reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def tables_with(self, phrases: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """The ids of the tables called one of the phrases, and of those of which a column or comment has it."""
        with self._open_file() as db:
            return names.tables_with(phrases, db)

    def find_exact(self, question: str) -> tuple[NameMatch, ...]:
        """Names that stand whole in the question, longest first."""
        with self._open_file() as db:
            return names.find_exact(question, db)

    def find_values(self, question: str) -> tuple[ValueMatch, ...]:
        """Stored values that occur in the question, longest first."""
        with self._open_file() as db:
            return literals.find_values(question, db)

    def _read_name_vectors(self, texts: Sequence[str]) -> dict[str, bytes]:
        with self._open_file() as db:
            return read_name_vectors(db, texts)

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

"""Vectors in folders beside the index, each a Chroma of its own within this process."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from agent.errors import IndexingError
from agent.schema_index.chroma_collections import SHAPE, WHILE_WRITING, ChromaCollections, best_parts, by_key, part_ids
from agent.schema_index.index_file import is_writable
from agent.schema_index.vectors import COLLECTIONS, DamagedError, Key, VectorReader

if TYPE_CHECKING:
    from agent.schema_index.embed import Vectors

FILE_NAME = "chroma.sqlite3"
# Entries that are left until the graph is written at the end: none, because a graph that lacks some takes a third of
# a second to open.
AT_THE_END = 2
COPYING = ".copying-"
# The sizes of a graph's files, written when all is done: Chroma ends the whole process over a torn one.
SIZES = "sizes.json"
PROBE = "import sys; from agent.schema_index.chroma_embedded import read_graphs; read_graphs(sys.argv[1])"
_PLACE = ("default_tenant", "default_database")
_LOCKED = re.compile("database (table )?is locked")
WAIT_SECONDS = 10.0
_UNWRITABLE = re.compile(
    "disk is full|disk I/O error|no space left|file too large|readonly|read-only|permission denied", re.I
)


def load(folder: Path, chroma: str) -> EmbeddedStores:
    """The vectors in the folder of an index."""
    return EmbeddedStores(folder)


class EmbeddedStores:
    """Folders `vectors-…` within the folder of an index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """The sets that are there."""
        return sorted(path.name for path in self._folder.glob("vectors-*"))

    def is_whole(self, name: str) -> bool:
        """Whether a folder looks like a set, finished or not, told without Chroma."""
        folder = self._folder / name
        if (folder / SIZES).exists() and not _is_finished(folder):
            return False
        try:
            with closing(_looked_at(folder)) as db:
                return bool(db.execute("SELECT count(*) = ? FROM collections", (len(COLLECTIONS),)).fetchone()[0])
        except sqlite3.Error:
            return False

    @contextmanager
    def open(self, name: str) -> Iterator[ChromaCollections]:
        """A set, old or new, to be written; leaving it makes it ready for quick reading."""
        folder = self._folder / name
        if folder.exists() and not _is_finished(folder):
            _try_graphs(folder)
        (folder / SIZES).unlink(missing_ok=True)
        with _client(folder) as client:
            with _errors(folder):
                collections = {name: _when_free(partial(_collection, client, name)) for name in COLLECTIONS}
            yield ChromaCollections(collections, lambda: _errors(folder))
            with _errors(folder):
                for collection in collections.values():
                    _write_graph_after(AT_THE_END, collection)
        with _errors(folder):
            read_graphs(folder)
            (folder / SIZES).write_text(json.dumps(_sizes(folder)), encoding="utf-8")

    def reader(self, name: str) -> VectorReader:
        """A set, to be searched; a copy of it where the folder cannot be written, since Chroma writes when it reads."""
        folder = self._folder / name
        if not _is_finished(folder):
            raise DamagedError
        if self.is_usable(name):
            return _QuickReader(folder)
        with ExitStack() as stack, _errors(folder):
            copied = Path(stack.enter_context(TemporaryDirectory(prefix="sqlwright-", ignore_cleanup_errors=True)))
            _copy(folder, copied)
            reader = _QuickReader(copied)
            reader.close = stack.pop_all().close
            return reader

    def is_usable(self, name: str) -> bool:
        """Whether `reader` uses a set where it is, and not a copy."""
        return is_writable(self._folder / name / FILE_NAME)

    def copy(self, old: str, new: str) -> None:
        """Copy a set to a new name."""
        for left in self._folder.glob(f"{COPYING}*"):
            shutil.rmtree(left, ignore_errors=True)
        # Only a rename is done whole or not at all.
        with _errors(self._folder), TemporaryDirectory(prefix=COPYING, dir=self._folder) as scratch:
            half = Path(scratch) / new
            half.mkdir()
            _copy(self._folder / old, half)
            half.rename(self._folder / new)

    def remove(self, name: str) -> None:
        """Remove a set, if there is one."""
        shutil.rmtree(self._folder / name, ignore_errors=True)


class _QuickReader:
    """Reads through Chroma's compiled part alone, which loads in a tenth of the time that all of Chroma takes."""

    def __init__(self, folder: Path) -> None:
        """Open the Chroma in a folder."""
        self._folder = folder
        # It lets go of all that it holds when it is no longer used.
        self.close: Callable[[], object] = lambda: None
        with _errors(folder):
            with closing(_looked_at(folder)) as db:
                self._ids: dict[str, str] = dict(db.execute("SELECT name, id FROM collections"))
            self._bindings = _bindings(folder)
            # Chroma reads a graph when it is first asked for; by then another process might have removed it.
            _read_graphs(self._bindings, self._ids.values())
            if not _is_finished(folder):
                raise DamagedError

    def nearest(self, collection: str, vector: Vectors, limit: int) -> list[tuple[Key, float]]:
        """The keys of the `limit` entries nearest to a vector, [dimension], each with its best cosine similarity."""
        with _errors(self._folder):
            found = self._bindings.query(
                self._ids[collection], None, [vector.tolist()], limit, None, None, ["distances"], *_PLACE
            )
        return best_parts(found.ids[0], found.distances[0])

    def vectors_of(self, collection: str, keys: Sequence[Key]) -> dict[Key, Vectors]:
        """The vectors, [parts, dimension], of those of the keys that the collection holds."""
        if not keys:
            return {}
        with _errors(self._folder):
            found = self._bindings.get(
                self._ids[collection], part_ids(keys), None, None, 0, None, ["embeddings"], *_PLACE
            )
        return by_key(found.ids, found.embeddings)


def _looked_at(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{(folder / FILE_NAME).absolute().as_uri()}?mode=ro", uri=True)


def _copy(old: Path, new: Path) -> None:
    """Copy a Chroma that others may be reading."""
    with closing(_looked_at(old)) as source, closing(sqlite3.connect(new / FILE_NAME)) as target:
        source.backup(target)
    for path in old.iterdir():
        if path.is_dir():
            shutil.copytree(path, new / path.name)
    if _is_finished(old):
        shutil.copyfile(old / SIZES, new / SIZES)


def _sizes(folder: Path) -> dict[str, int]:
    return {str(file.relative_to(folder)): file.stat().st_size for file in sorted(folder.glob("*/*"))}


def _is_finished(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / SIZES).read_text(encoding="utf-8")) == _sizes(folder))
    except (OSError, ValueError):
        return False


def _try_graphs(folder: Path) -> None:
    """Read the graphs of a set that was left unfinished, in a process that may end over it."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", PROBE, str(folder)], env=environment, capture_output=True)
    if done.returncode:
        raise DamagedError


def _bindings(folder: Path) -> Any:
    # What Chroma's own client calls; how may change with a minor version, so that pyproject.toml bounds it.
    import chromadb_rust_bindings as chroma  # type: ignore[import-untyped]

    file = chroma.SqliteDBConfig(
        url=str(folder / FILE_NAME),
        hash_type=chroma.MigrationHash.MD5,
        migration_mode=chroma.MigrationMode.Apply,
    )
    return chroma.Bindings(
        allow_reset=False, sqlite_db_config=file, persist_path=str(folder), hnsw_cache_size=len(COLLECTIONS)
    )


@contextmanager
def _client(folder: Path) -> Iterator[Any]:
    import chromadb
    from chromadb.config import Settings

    with _errors(folder):
        client: Any = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    try:
        yield client
    finally:
        client.close()


def _when_free(write: Callable[[], Any]) -> Any:
    """What a write gives; Chroma itself does not wait for one who has just read and has not let go yet."""
    end = monotonic() + WAIT_SECONDS
    while True:
        try:
            return write()
        except Exception as error:
            if not _LOCKED.search(str(error)) or monotonic() > end:
                raise
            sleep(0.05)


def _collection(client: Any, name: str) -> Any:
    collection = client.get_or_create_collection(
        name, embedding_function=None, configuration={"hnsw": SHAPE | {"sync_threshold": WHILE_WRITING}}
    )
    _write_graph_after(WHILE_WRITING, collection)
    return collection


def _write_graph_after(entries: int, collection: Any) -> None:
    with warnings.catch_warnings():
        # Chroma complains of itself.
        warnings.simplefilter("ignore", DeprecationWarning)
        collection.modify(configuration={"hnsw": {"sync_threshold": entries}})


def read_graphs(folder: Path | str) -> None:
    """Let a fresh reader read each collection, which brings its graph up to date and writes it."""
    with closing(_looked_at(Path(folder))) as db:
        ids = [each for (each,) in db.execute("SELECT id FROM collections")]
    _read_graphs(_bindings(Path(folder)), ids)


def _read_graphs(bindings: Any, ids: Iterable[str]) -> None:
    for each in ids:
        bindings.get(each, None, None, 1, 0, None, ["embeddings"], *_PLACE)


@contextmanager
def _errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except IndexingError:
        raise
    except Exception as error:
        # Chroma's own errors are known only once it is loaded, which asking does not wait for.
        known = getattr(sys.modules.get("chromadb.errors"), "ChromaError", OSError)
        if _UNWRITABLE.search(str(error)):
            hint = "free some space, or set cache_dir to a folder that can be written"
            raise IndexingError(f"cannot write to {folder.parent}: {error}", hint) from error
        if _LOCKED.search(str(error)):
            raise IndexingError(f"{folder.parent} is in use by another process", "try again") from error
        if isinstance(error, (OSError, sqlite3.Error, known)):
            raise DamagedError from error
        raise

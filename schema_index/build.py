"""Making the index of a database, or finding it made."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from agent.dialects.sqlite import open_read_only, path_of
from agent.errors import DatabaseError, UsageError
from agent.records import Catalog, Table
from agent.schema_index import literals, names
from agent.schema_index.catalog_json import dump_catalog
from agent.schema_index.describe import apply_descriptions, column_document, table_document
from agent.schema_index.index_file import locked, read_meta
from agent.schema_index.model_source import encoder_key
from agent.schema_index.progress import Progress, silent
from agent.schema_index.sample import StoredValue, sample_values
from agent.schema_index.store import SchemaIndex, Settings, index_folder
from agent.schema_index.vectors import COLUMNS, TABLES, DamagedError, Id, VectorStore, is_whole

if TYPE_CHECKING:
    from agent.schema_index.embed import Encoder

POLICIES = ("all", "low-cardinality", "none")
# Texts that are encoded between two reports of progress.
CHUNK = 256
Documents = dict[Id, str]


def build_index(
    url: str,
    *,
    cache: Path,
    encoder: str,
    values: str,
    descriptions: Path | None,
    progress: Progress | None = None,
) -> SchemaIndex:
    """The index of a database, made or brought up to date where the schema or a setting has changed.

    An up-to-date index is opened in milliseconds. Else only tables that changed are encoded again, and until
    all is done the old index goes on serving, also after an interruption. Raises DatabaseError, UsageError
    for the descriptions, and IndexingError for the model or the cache folder.
    """
    report = progress or silent
    settings = _settings(url, encoder, values, descriptions)
    index = _up_to_date(index_folder(url, cache), cache, settings)
    return index or _make(
        url, cache, settings, descriptions, report, lambda folder, db: not _is_made(folder, db, settings)
    )


def refresh_index(
    url: str,
    *,
    cache: Path,
    encoder: str,
    values: str,
    descriptions: Path | None,
    progress: Progress | None = None,
) -> SchemaIndex:
    """The index with the stored values as they are now, which may change while the schema does not.

    Only tables whose samples changed are encoded again. Errors as in `build_index`.
    """
    settings = _settings(url, encoder, values, descriptions)
    return _make(url, cache, settings, descriptions, progress or silent, lambda *_: True)


def _make(
    url: str,
    cache: Path,
    settings: Settings,
    descriptions: Path | None,
    report: Progress,
    is_needed: Callable[[Path, sqlite3.Connection], bool],
) -> SchemaIndex:
    folder = index_folder(url, cache)
    catalog, stored = _read(url, settings["values"], descriptions, report)
    with locked(folder, report) as db:
        # Another process may have made it while this one waited for the lock.
        if is_needed(folder, db):
            _write(folder, cache, db, settings, catalog, stored, report)
        vectors = read_meta(db, "vectors")
    _sweep(folder, vectors)
    return SchemaIndex(folder, cache)


def _is_made(folder: Path, db: sqlite3.Connection, settings: Settings) -> bool:
    return _settings_of(db) == settings and _has_vectors(folder, db)


def _settings(url: str, encoder: str, values: str, descriptions: Path | None) -> Settings:
    if values not in POLICIES:
        raise UsageError(f"values: {values} is not a choice", f"choose {', '.join(POLICIES)}")
    try:
        described = hashlib.sha256(descriptions.read_bytes()).hexdigest() if descriptions else ""
    except OSError as error:
        raise UsageError(
            f"{descriptions}: cannot be read: {error.strerror}", "check the descriptions setting"
        ) from error
    return {
        "fingerprint": fingerprint(url),
        "encoder": encoder,
        "encoder_key": encoder_key(encoder),
        "values": values,
        "descriptions": described,
    }


def fingerprint(url: str) -> str:
    """A hash of a database's schema: of its statements in SQLite, elsewhere of all that reflection finds."""
    if not url.startswith("sqlite"):
        from agent.schema_index.reflect import reflect

        return hashlib.sha256(dump_catalog(reflect(url)).encode()).hexdigest()
    try:
        with closing(open_read_only(path_of(url))) as connection:
            rows = connection.execute(
                "SELECT type, name, sql FROM sqlite_master "
                "WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY type, name"
            ).fetchall()
    except sqlite3.Error as error:
        raise DatabaseError(f"the schema cannot be read: {error}") from error
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _up_to_date(folder: Path, cache: Path, settings: Settings) -> SchemaIndex | None:
    try:
        index = SchemaIndex(folder, cache)
    except (sqlite3.Error, ValueError):
        return None
    if index.settings == settings and is_whole(index.vectors_folder):
        return index
    index.close()
    return None


def _read(url: str, values: str, descriptions: Path | None, report: Progress) -> tuple[Catalog, list[StoredValue]]:
    """All that the index needs of the database, read before anything is written."""
    from agent.schema_index.reflect import reflect

    report("reading the schema", 0, 1)
    catalog = reflect(url)
    if descriptions:
        catalog = apply_descriptions(catalog, descriptions)
    if catalog.dialect != "sqlite":
        return catalog, []
    with closing(open_read_only(path_of(url))) as connection:
        return sample_values(catalog, connection, values, report)


def _settings_of(db: sqlite3.Connection) -> Settings | None:
    try:
        settings: Settings = json.loads(read_meta(db, "settings"))
    except (sqlite3.DatabaseError, ValueError):
        return None
    return settings


def _has_vectors(folder: Path, db: sqlite3.Connection) -> bool:
    try:
        return is_whole(folder / read_meta(db, "vectors"))
    except sqlite3.DatabaseError:
        return False


def _write(
    folder: Path,
    cache: Path,
    db: sqlite3.Connection,
    settings: Settings,
    catalog: Catalog,
    stored: list[StoredValue],
    report: Progress,
) -> None:
    """Fill the vectors, then the file; another model or damage asks for a new folder of vectors."""
    from agent.schema_index.embed import load_encoder

    encoder = load_encoder(settings["encoder"], cache, report)
    known = _settings_of(db)
    if known and known["encoder_key"] == settings["encoder_key"] and _has_vectors(folder, db):
        name, hashes = read_meta(db, "vectors"), json.loads(read_meta(db, "hashes"))
    else:
        name, hashes = _fresh_name(), {}
    documents = {table.id: _documents(table) for table in catalog.tables}
    try:
        _embed(folder / name, encoder, documents, hashes, report)
    except DamagedError:
        name = _fresh_name()
        _embed(folder / name, encoder, documents, {}, report)
    names.write_names(db, catalog)
    literals.write_values(db, stored)
    meta = {
        "settings": json.dumps(settings),
        "vectors": name,
        "hashes": json.dumps({table: _hash(texts) for table, texts in documents.items()}),
        "catalog": dump_catalog(catalog),
    }
    db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta.items())


def _documents(table: Table) -> Documents:
    """What is embedded for a table and its columns."""
    documents: Documents = {(table.id,): table_document(table)}
    documents.update({(table.id, column.name): column_document(table, column) for column in table.columns})
    return documents


def _hash(documents: Documents) -> str:
    return hashlib.sha256(json.dumps(list(documents.items())).encode()).hexdigest()


def _fresh_name() -> str:
    return f"vectors-{secrets.token_hex(4)}"


def _embed(
    folder: Path, encoder: Encoder, tables: dict[str, Documents], hashes: dict[str, str], report: Progress
) -> None:
    """Encode the documents of tables whose hash is not the known one, and drop entries of what is gone."""
    vectors = VectorStore(folder)
    changed = [table for table, documents in tables.items() if hashes.get(table) != _hash(documents)]
    texts = [item for table in changed for item in tables[table].items()]
    for start in range(0, len(texts), CHUNK):
        report("reading names and descriptions", start, len(texts))
        part = texts[start : start + CHUNK]
        encoded = encoder.encode([text for _, text in part])
        for collection, size in ((TABLES, 1), (COLUMNS, 2)):
            chosen = [n for n, (key, _) in enumerate(part) if len(key) == size]
            vectors.upsert(collection, [part[n][0] for n in chosen], encoded[chosen])
    report("reading names and descriptions", len(texts), len(texts))
    kept = [key for documents in tables.values() for key in documents]
    vectors.keep(TABLES, [key for key in kept if len(key) == 1])
    vectors.keep(COLUMNS, [key for key in kept if len(key) == 2])


def _sweep(folder: Path, name: str) -> None:
    """Remove vectors that no index uses any more, such as those of an earlier model."""
    for other in folder.glob("vectors-*"):
        if other.name != name:
            shutil.rmtree(other, ignore_errors=True)

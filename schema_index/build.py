"""Making the index of a database, or finding it made."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from agent.dialects import DIALECTS, open_reader
from agent.dialects.address import Address
from agent.errors import IndexingError, UsageError
from agent.records import NO_POLICY, Catalog, Policy
from agent.schema_index import literals, names
from agent.schema_index.catalog_json import dump_catalog
from agent.schema_index.describe import apply_descriptions
from agent.schema_index.documents import embed_documents
from agent.schema_index.index_file import FILE_NAME, discard, is_begun, is_damage, locked, read_meta
from agent.schema_index.index_settings import index_settings
from agent.schema_index.policy import apply_policy, unmatched
from agent.schema_index.progress import Progress, silent
from agent.schema_index.sample import StoredValue, sample_values
from agent.schema_index.store import SchemaIndex, Settings, index_folder
from agent.schema_index.vectors import is_whole

DAMAGED = "the index is damaged and is made anew"

Found = tuple[Catalog, list[StoredValue]]


def build_index(
    address: Address,
    *,
    cache: Path,
    encoder: str,
    values: str,
    descriptions: Path | None,
    schemas: tuple[str, ...] = (),
    policy: Policy = NO_POLICY,
    progress: Progress | None = None,
) -> SchemaIndex:
    """The index of a database, made or brought up to date where the schema or a setting has changed.

    An up-to-date index is opened in milliseconds. Else only texts that changed are encoded again, and until
    all is done the old index goes on serving, also after an interruption, from which the next call goes on.
    Raises DatabaseError, UsageError for the descriptions, and IndexingError for the model or the cache folder.
    """
    report = progress or silent
    settings = index_settings(address, encoder, values, descriptions, schemas, policy)
    folder = index_folder(address, cache, schemas, values, descriptions)
    index = _up_to_date(folder, cache, settings, report)
    if index is None:
        facts = _read(address, settings, descriptions, policy, report)
        index = _make(folder, cache, settings, facts, report, lambda db: not _is_made(folder, db, settings))
    if not index.is_writable:
        report("copying the vectors, since the cache folder cannot be written", 0, 1)
    return index


def refresh_index(
    address: Address,
    *,
    cache: Path,
    encoder: str,
    values: str,
    descriptions: Path | None,
    schemas: tuple[str, ...] = (),
    policy: Policy = NO_POLICY,
    progress: Progress | None = None,
) -> SchemaIndex:
    """The index with the stored values as they are now, which may change while the schema does not.

    Only texts that changed are encoded again. Errors as in `build_index`.
    """
    report = progress or silent
    settings = index_settings(address, encoder, values, descriptions, schemas, policy)
    folder = index_folder(address, cache, schemas, values, descriptions)
    facts = _read(address, settings, descriptions, policy, report)
    return _make(folder, cache, settings, facts, report, lambda _: True)


def _up_to_date(folder: Path, cache: Path, settings: Settings, report: Progress) -> SchemaIndex | None:
    try:
        index = SchemaIndex(folder, cache, report)
    except (sqlite3.Error, ValueError) as error:
        if is_damage(error) and is_begun(folder / FILE_NAME):
            report(DAMAGED, 0, 1)
            discard(folder)
        return None
    if index.settings != settings:
        index.close()
        return None
    if is_whole(index.vectors_folder) and _has_catalog(index):
        return index
    report(DAMAGED, 0, 1)
    index.discard()
    return None


def _has_catalog(index: SchemaIndex) -> bool:
    try:
        return bool(index.catalog.tables)
    except IndexingError:
        return False


def _read(address: Address, settings: Settings, descriptions: Path | None, policy: Policy, report: Progress) -> Found:
    """All that the index needs of the database, read before anything is written."""
    from agent.schema_index.reflect import reflect

    report("reading the schema", 0, 1)
    catalog = reflect(address, tuple(settings["schemas"]), report)
    if descriptions:
        catalog = apply_descriptions(catalog, descriptions)
    for pattern in unmatched(policy, catalog):
        report(f"the pattern {pattern} of the policy fits nothing in the database", 0, 1)
    catalog = apply_policy(catalog, policy)
    if not catalog.tables:
        raise UsageError("the policy leaves no table of the database", "name some in tables, or hide less")
    if settings["values"] == "none" or address.dialect not in DIALECTS:
        return catalog, []
    with closing(open_reader(address)) as reader:
        return sample_values(catalog, reader, settings["values"], report)


def _make(
    folder: Path,
    cache: Path,
    settings: Settings,
    found: Found,
    report: Progress,
    is_needed: Callable[[sqlite3.Connection], bool],
) -> SchemaIndex:
    try:
        vectors = _write(folder, cache, settings, found, report, is_needed)
    except sqlite3.DatabaseError:
        report(DAMAGED, 0, 1)
        discard(folder)
        vectors = _write(folder, cache, settings, found, report, is_needed)
    _sweep(folder, vectors)
    return SchemaIndex(folder, cache, report)


def _write(
    folder: Path,
    cache: Path,
    settings: Settings,
    found: Found,
    report: Progress,
    is_needed: Callable[[sqlite3.Connection], bool],
) -> str:
    """The name of the folder of vectors, after that and the index file were written where that is needed."""
    from agent.schema_index.embed import load_encoder

    catalog, stored = found
    with locked(folder, report) as db:
        # Another process may have made it while this one waited for the lock.
        if not is_needed(db):
            return read_meta(db, "vectors")
        encoder = load_encoder(settings["encoder"], cache, report)
        vectors = embed_documents(folder, _kind_of_vectors(settings), encoder, catalog, report)
        names.write_names(db, catalog)
        literals.write_values(db, stored)
        meta = {"settings": json.dumps(settings), "vectors": vectors, "catalog": dump_catalog(catalog)}
        db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta.items())
        return vectors


def _kind_of_vectors(settings: Settings) -> str:
    """What vectors must have in common to be kept: those of another policy know what is hidden now."""
    return str(settings["encoder_key"] + settings["policy"])


def _is_made(folder: Path, db: sqlite3.Connection, settings: Settings) -> bool:
    try:
        return bool(json.loads(read_meta(db, "settings")) == settings and is_whole(folder / read_meta(db, "vectors")))
    except (sqlite3.DatabaseError, ValueError):
        return False


def _sweep(folder: Path, name: str) -> None:
    """Remove vectors that no index uses any more, such as those of an earlier model."""
    for other in folder.glob("vectors-*"):
        if other.name != name:
            shutil.rmtree(other, ignore_errors=True)

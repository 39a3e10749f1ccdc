"""Making the index of a database, or finding it made."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from agent.dialects import DIALECTS, open_reader
from agent.dialects.address import Address
from agent.errors import IndexingError
from agent.records import Catalog
from agent.schema_index.catalog_json import dump_catalog
from agent.schema_index.fingerprint import fingerprint
from agent.schema_index.index_file import FILE_NAME, discard, is_begun, is_damage
from agent.schema_index.index_folder import index_folder
from agent.schema_index.index_rows import Changes
from agent.schema_index.index_settings import changed_settings, index_settings
from agent.schema_index.options import IndexOptions
from agent.schema_index.progress import Progress, silent
from agent.schema_index.read_schema import read_schema
from agent.schema_index.sample import StoredValue, sample_values
from agent.schema_index.store import SchemaIndex
from agent.schema_index.vectors import vector_stores
from agent.schema_index.write_index import Found, Target, write_index

DAMAGED = "the index is damaged and is made anew"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """An index that was brought up to date, and what had changed."""

    index: SchemaIndex
    changes: Changes


def build_index(address: Address, options: IndexOptions, progress: Progress = silent) -> SchemaIndex:
    """The index of a database, made or brought up to date where the schema or a setting has changed.

    An up-to-date index is opened in milliseconds. Else only tables that changed are read and encoded again, and
    until all is done the old index goes on serving, also after an interruption, from which the next call goes on.
    Raises DatabaseError, UsageError for the descriptions, and IndexingError for the model or the cache folder.
    """
    target = _target(index_folder(address, options), fingerprint(address, options.schemas), options)
    index = _opened(target, progress) or _made(target, _found(address, options, progress), progress).index
    if not index.is_writable:
        progress("copying the vectors, since the cache folder cannot be written", 0, 1)
    return index


def is_current(index: SchemaIndex, address: Address, options: IndexOptions) -> bool:
    """Whether an opened index is still that of the database as it is now; errors as in `build_index`."""
    return index.settings == _target(index.folder, fingerprint(address, options.schemas), options).settings


def refresh_index(address: Address, options: IndexOptions, progress: Progress = silent) -> Refreshed:
    """The index with the stored values as they are now, which may change while the schema does not.

    Only tables that changed are encoded again. Errors as in `build_index`.
    """
    target = _target(index_folder(address, options), fingerprint(address, options.schemas), options)
    return _made(replace(target, afresh=True), _found(address, options, progress), progress)


def index_catalog(
    catalog: Catalog,
    values: Sequence[StoredValue],
    folder: Path,
    options: IndexOptions,
    progress: Progress = silent,
) -> SchemaIndex:
    """The index, in a folder, of a catalog that comes from no database, with its stored values.

    An up-to-date index is opened as it is. Raises IndexingError for the model or the folder.
    """

    def read(whole: Catalog, ids: frozenset[str]) -> tuple[Catalog, list[StoredValue]]:
        return whole, [value for value in values if value.table in ids]

    told = json.dumps([dump_catalog(catalog), sorted(values)])
    target = _target(folder, hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest(), options)
    return _opened(target, progress) or _made(target, Found(catalog, read), progress).index


def _target(folder: Path, schema: str, options: IndexOptions) -> Target:
    settings = index_settings(schema, folder, options)
    return Target(folder, vector_stores(folder, options.chroma), settings, options)


def _opened(target: Target, report: Progress) -> SchemaIndex | None:
    """The index as it is, where it is up to date; what has changed is told."""
    try:
        index = SchemaIndex(target.folder, target.options, report)
    except (sqlite3.Error, ValueError) as error:
        if is_damage(error) and is_begun(target.folder / FILE_NAME):
            report(DAMAGED, 0, 1)
            discard(target.folder)
        return None
    if isinstance(index.settings, dict) and index.settings != target.settings:
        for changed in changed_settings(index.settings, target.settings):
            report(changed, 0, 1)
        index.close()
        return None
    if index.settings == target.settings and target.stores.is_whole(index.vectors) and _has_catalog(index):
        return index
    report(DAMAGED, 0, 1)
    index.discard()
    return None


def _has_catalog(index: SchemaIndex) -> bool:
    try:
        return bool(index.catalog.tables)
    except IndexingError:
        return False


def _found(address: Address, options: IndexOptions, report: Progress) -> Found:
    """What there is to index of a database; its values are read only when they are needed."""
    catalog = read_schema(address, options, report)
    is_sampled = options.values != "none" and address.dialect in DIALECTS
    return Found(catalog, _reading(address, options, report) if is_sampled else lambda whole, _: (whole, []))


def _reading(
    address: Address, options: IndexOptions, report: Progress
) -> Callable[[Catalog, frozenset[str]], tuple[Catalog, list[StoredValue]]]:
    """How the values of a database are read."""
    from agent.schema_index.key_values import infer_by_values

    def read(catalog: Catalog, ids: frozenset[str]) -> tuple[Catalog, list[StoredValue]]:
        part = replace(catalog, tables=tuple(table for table in catalog.tables if table.id in ids))
        with closing(open_reader(address)) as reader:
            sampled, values = sample_values(part, reader, options.values, report)
            known = {table.id: table for table in sampled.tables}
            whole = replace(catalog, tables=tuple(known.get(table.id, table) for table in catalog.tables))
            return infer_by_values(whole, reader, report), values

    return read


def _made(target: Target, found: Found, report: Progress) -> Refreshed:
    try:
        changes = write_index(target, found, report)
    except sqlite3.DatabaseError:
        report(DAMAGED, 0, 1)
        discard(target.folder)
        changes = write_index(target, found, report)
    return Refreshed(SchemaIndex(target.folder, target.options, report), changes)

"""Writing an index, or what changed of it, in one step that happens whole or not at all."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from agent.records import Catalog, Table
from agent.schema_index import literals, names
from agent.schema_index.called_names import called_names
from agent.schema_index.documents import embed_documents, make_documents
from agent.schema_index.index_file import FILE_NAME, locked, read_meta, write_meta
from agent.schema_index.index_rows import (
    Changes,
    Rows,
    compare,
    declared_hash,
    head_of,
    held_hashes,
    make_rows,
    read_rows,
    write_rows,
)
from agent.schema_index.index_settings import HELD, MODEL, SAMPLED, WORDS, is_like
from agent.schema_index.name_vectors import write_name_vectors
from agent.schema_index.options import IndexOptions
from agent.schema_index.progress import Progress
from agent.schema_index.sample import StoredValue
from agent.schema_index.store import Settings
from agent.schema_index.vectors import VectorStores


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to index: every table as it is declared, and a way to read the values of some of them.

    `read` takes the whole catalog and the ids of those tables. It gives the catalog with samples and inferred keys,
    and the values of those tables.
    """

    catalog: Catalog
    read: Callable[[Catalog, frozenset[str]], tuple[Catalog, list[StoredValue]]]


@dataclass(frozen=True, slots=True)
class Target:
    """The index that is to be written; `afresh` says that values are read again though the schema is as it was."""

    folder: Path
    stores: VectorStores
    settings: Settings
    options: IndexOptions
    afresh: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    """What an index holds before it is written; nothing where it is new."""

    settings: Settings
    vectors: str
    head: str
    rows: Rows


def write_index(target: Target, found: Found, report: Progress) -> Changes:
    """Write an index where it is not up to date, and tell what changed.

    Only tables that are new, changed or gone are written. Readers see the old index until all is done. Raises
    IndexingError when something cannot be written, and sqlite3.DatabaseError when the old index is damaged.
    """
    with locked(target.folder, report) as db:
        before = _state(db)
        # Another process may have made it while this one waited for the lock.
        if not target.afresh and before.settings == target.settings and target.stores.is_whole(before.vectors):
            return Changes()
        declared = {table.id: declared_hash(table) for table in found.catalog.tables}
        kept = {} if target.afresh else _kept(before, target.settings, found.catalog)
        unread = frozenset(declared.keys() - kept.keys())
        catalog, values = _read(found, kept, before, unread)
        rows = make_rows(
            declared, catalog, {table_id: before.rows[table_id].held for table_id in kept} | held_hashes(values)
        )
        after = _State(target.settings, before.vectors, head_of(catalog), rows)
        changes = compare(
            *({table_id: row.content for table_id, row in state.rows.items()} for state in (before, after))
        )
        model = {} if _has_vectors(target, before, after) else _embed(target, before, catalog, db, report)
        touched = changes.touched if is_like(before.settings, after.settings, HELD) else None
        is_worded = before.head == after.head and is_like(before.settings, after.settings, WORDS)
        renamed = touched if is_worded else None
        names.write_names(db, _part(catalog, renamed), renamed, target.options.abbreviations)
        reread = None if touched is None else touched - kept.keys()
        literals.write_values(db, (value for value in values if reread is None or value.table in reread), reread)
        write_rows(db, None if touched is None else before.rows, rows)
        entries = {"settings": json.dumps(after.settings), "catalog": after.head, "made": _now()}
        write_meta(db, **entries, **model)
    _sweep(target, before.vectors, model.get("vectors", before.vectors))
    if not is_like(before.settings, after.settings, HELD):
        _forget(target.folder)
    return changes


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _sweep(target: Target, old: str, new: str) -> None:
    """Remove vectors that no index uses any more; a server may hold those of others too."""
    for name in [old] if target.options.chroma else target.stores.names():
        if name != new:
            target.stores.remove(name)


def _forget(folder: Path) -> None:
    """Remove what else may know of what must not be known any more: older forms, and what a killed run has left."""
    for path in folder.iterdir():
        if path.name.startswith((".copying-", ".tuning-")):
            shutil.rmtree(path, ignore_errors=True)
        elif path.match("index-*.db*") and not path.name.startswith(FILE_NAME):
            path.unlink(missing_ok=True)


def _state(db: sqlite3.Connection) -> _State:
    if not db.execute("SELECT count(*) FROM meta").fetchone()[0]:
        return _State({}, "", "", {})
    try:
        settings = dict(json.loads(read_meta(db, "settings")))
    except ValueError as error:
        raise sqlite3.DatabaseError("the settings in the index are none") from error
    return _State(settings, read_meta(db, "vectors"), read_meta(db, "catalog"), read_rows(db))


def _kept(before: _State, settings: Settings, catalog: Catalog) -> dict[str, Table]:
    """The tables whose values need not be read again, as the index has them."""
    if not is_like(before.settings, settings, HELD + SAMPLED):
        return {}
    try:
        old = {table_id: row.table for table_id, row in before.rows.items()}
    except ValueError as error:
        raise sqlite3.DatabaseError(str(error)) from error
    return {
        table.id: old[table.id]
        for table in catalog.tables
        if table.id in old and _shape(table) == _shape(old[table.id])
    }


def _shape(table: Table) -> tuple[object, ...]:
    """What of a table the reading of its values depends on; what is said about it is no part of that."""
    columns = tuple((column.name, column.type) for column in table.columns)
    declared = tuple(key for key in table.foreign_keys if not key.inferred)
    return table.kind, columns, table.primary_key, table.unique, declared


def _read(
    found: Found, kept: Mapping[str, Table], before: _State, unread: frozenset[str]
) -> tuple[Catalog, list[StoredValue]]:
    """The catalog with what is known of its values, and the values that were read."""
    catalog = replace(found.catalog, tables=tuple(_known(table, kept.get(table.id)) for table in found.catalog.tables))
    if unread or before.rows.keys() != kept.keys():
        return found.read(catalog, unread)
    # Nothing has changed that keys could be inferred from.
    tables = (replace(table, foreign_keys=kept[table.id].foreign_keys) for table in catalog.tables)
    return replace(catalog, tables=tuple(tables)), []


def _known(table: Table, old: Table | None) -> Table:
    """The table with the kinds and samples that were read before."""
    if old is None:
        return table
    pairs = zip(table.columns, old.columns, strict=True)
    return replace(table, columns=tuple(replace(new, kind=was.kind, samples=was.samples) for new, was in pairs))


def _part(catalog: Catalog, ids: frozenset[str] | None) -> Catalog:
    """The tables of some ids, or all."""
    return catalog if ids is None else replace(catalog, tables=tuple(t for t in catalog.tables if t.id in ids))


def _has_vectors(target: Target, before: _State, after: _State) -> bool:
    """Whether the vectors that are there are those of what is to be indexed now."""
    was, now = ({table_id: row.facts for table_id, row in state.rows.items()} for state in (before, after))
    is_same = (before.head, was) == (after.head, now) and is_like(before.settings, after.settings, HELD + WORDS + MODEL)
    return is_same and target.stores.is_whole(before.vectors)


def _embed(
    target: Target, before: _State, catalog: Catalog, db: sqlite3.Connection, report: Progress
) -> dict[str, str]:
    """Make the vectors of a catalog, and tell their name and what made them, as the index keeps it."""
    from agent.schema_index.embed import load_encoder
    from agent.schema_index.short_vectors import pack_vectors

    settings, options = target.settings, target.options
    encoder = load_encoder(
        settings["encoder"], options.cache, report, options.query_prefix, options.document_prefix, options.access
    )
    # Those of another form cannot be read, and those of another policy know what is hidden now.
    kind = json.dumps([FILE_NAME, encoder.dimension, *(settings[name] for name in (*MODEL, "policy"))])
    documents = make_documents(catalog, encoder, options.abbreviations)
    name = embed_documents(target.stores, before.vectors, kind, encoder, documents, report)
    called = {name.text for table in catalog.entries for name in called_names(table, options.abbreviations).names}
    is_other = not is_like(before.settings, settings, HELD + MODEL)
    write_name_vectors(db, called, lambda texts: pack_vectors(texts, encoder), is_other, report)
    facts = {
        "name": encoder.name,
        "revision": encoder.revision,
        "dimension": encoder.dimension,
        "documents": sum(map(len, documents.values())),
    }
    return {"vectors": name, "model": json.dumps(facts)}

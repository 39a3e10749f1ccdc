"""The vectors of a catalog's documents, encoded where they are new."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from agent.records import Catalog
from agent.schema_index.describe import column_document, table_document
from agent.schema_index.progress import Progress
from agent.schema_index.vectors import COLUMNS, TABLES, DamagedError, Id, VectorStore, is_whole, stamp_of

if TYPE_CHECKING:
    from agent.schema_index.embed import Encoder

# Texts that are encoded between two reports of progress: about half a second of work.
CHUNK = 256
STEP = "reading names and descriptions"
_LENGTHS = {TABLES: 1, COLUMNS: 2}


def embed_documents(folder: Path, kind: str, encoder: Encoder, catalog: Catalog, report: Progress) -> str:
    """The name of the folder, within `folder`, of the vectors of every table and column.

    Vectors of the same `kind` that are there already, also of a run that was interrupted, are kept where their
    texts are the same. Damaged ones are made anew in another folder. Raises IndexingError when that fails too.
    """
    prefix = f"vectors-{hashlib.sha256(kind.encode()).hexdigest()[:8]}-"
    documents = _documents(catalog)
    begun = next((path.name for path in sorted(folder.glob(f"{prefix}*")) if is_whole(path)), None)
    if begun:
        try:
            _embed(folder / begun, encoder, documents, report)
            return begun
        except DamagedError:
            shutil.rmtree(folder / begun, ignore_errors=True)
    # Never the name of a folder that was removed: Chroma keeps the files of a name open within a process.
    fresh = prefix + secrets.token_hex(4)
    _embed(folder / fresh, encoder, documents, report)
    return fresh


def _documents(catalog: Catalog) -> dict[Id, str]:
    """What is embedded for each table and column."""
    documents: dict[Id, str] = {}
    for table in catalog.tables:
        documents[(table.id,)] = table_document(table)
        documents |= {(table.id, column.name): column_document(table, column) for column in table.columns}
    return documents


def _embed(folder: Path, encoder: Encoder, documents: dict[Id, str], report: Progress) -> None:
    """Encode what is new, each text once and those of like length together, and drop entries of what is gone."""
    vectors = VectorStore(folder)
    known = {name: vectors.stamps(name) for name in _LENGTHS}
    keys: dict[str, list[Id]] = defaultdict(list)
    for key, text in documents.items():
        if known[_collection(key)].get(key) != stamp_of(text):
            keys[text].append(key)
    texts = sorted(keys, key=len)
    for start in range(0, len(texts), CHUNK):
        report(STEP, start, len(texts))
        part = texts[start : start + CHUNK]
        encoded = encoder.encode(part)
        entries = [(key, n) for n, text in enumerate(part) for key in keys[text]]
        for name in _LENGTHS:
            chosen = [(key, n) for key, n in entries if _collection(key) == name]
            vectors.upsert(name, [(key, part[n]) for key, n in chosen], encoded[[n for _, n in chosen]])
    report(STEP, len(texts), len(texts))
    for name, stamps in known.items():
        vectors.delete(name, [key for key in stamps if key not in documents])


def _collection(key: Id) -> str:
    return TABLES if len(key) == _LENGTHS[TABLES] else COLUMNS

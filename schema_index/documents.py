"""The documents of a catalog, and their vectors, encoded where they are new."""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from agent.records import Catalog, Table
from agent.schema_index.describe import Document, column_document, schema_document, table_document
from agent.schema_index.progress import Progress
from agent.schema_index.split import split
from agent.schema_index.spoken import spoken
from agent.schema_index.vectors import (
    COLLECTIONS,
    COLUMNS,
    SCHEMAS,
    TABLES,
    DamagedError,
    Id,
    Key,
    VectorStore,
    VectorStores,
    stamp_of,
)

if TYPE_CHECKING:
    from agent.schema_index.embed import Encoder

# Texts that are encoded between two reports of progress: about half a second of work.
CHUNK = 256
STEP = "reading names and descriptions"
# A token is at least one letter of a plain text; these are for what encoders put around it.
MARKS = 8

Documents = dict[str, dict[Id, str]]
"""For each collection its texts: by table id or schema, column name (else empty) and number of the part."""


def make_documents(catalog: Catalog, encoder: Encoder, abbreviations: Mapping[str, str]) -> Documents:
    """What is embedded for each table, column and schema, in texts that the encoder reads whole."""
    documents: Documents = {name: {} for name in COLLECTIONS}
    schemas: dict[str, list[Table]] = defaultdict(list)
    for table in catalog.entries:
        schemas[table.schema].append(table)
        names = spoken(table, abbreviations)
        _add(documents[TABLES], (table.id, ""), table_document(table, names), encoder)
        for column in table.columns:
            _add(documents[COLUMNS], (table.id, column.name), column_document(table, column, names), encoder)
    # One schema alone tells no table from another.
    for schema, tables in schemas.items() if len(schemas) > 1 else ():
        _add(documents[SCHEMAS], (schema, ""), schema_document(schema, tables, abbreviations), encoder)
    return documents


def _add(documents: dict[Id, str], key: Key, document: Document, encoder: Encoder) -> None:
    whole = document.text
    # What is sure to be read whole need not be counted.
    is_short = whole.isascii() and len(encoder.document_prefix.encode()) + len(whole) + MARKS <= encoder.max_tokens
    texts = [whole] if is_short else split(document, encoder.count_tokens, encoder.max_tokens)
    documents.update({(*key, str(part)): text for part, text in enumerate(texts)})


def embed_documents(
    stores: VectorStores, current: str, kind: str, encoder: Encoder, documents: Documents, report: Progress
) -> str:
    """The name of vectors of exactly these documents.

    Those called `current`, which readers use, are copied before anything is changed. Vectors of the same `kind`, also
    those of a run that was interrupted, are kept where their texts are the same. Raises IndexingError when they cannot
    be written.
    """
    prefix = f"vectors-{hashlib.sha256(kind.encode()).hexdigest()[:8]}-"
    begun = [name for name in stores.names() if name.startswith(prefix) and stores.is_whole(name)]
    for name in sorted(begun, key=lambda name: name == current):
        target = name
        try:
            if name == current:
                target = _new_name(prefix)
                stores.copy(name, target)
            with stores.open(target) as vectors:
                _embed(vectors, encoder, documents, report)
            return target
        except DamagedError:
            stores.remove(target)
    target = _new_name(prefix)
    with stores.open(target) as vectors:
        _embed(vectors, encoder, documents, report)
    return target


def _new_name(prefix: str) -> str:
    # Never the name of vectors that were removed: Chroma keeps the files of a name open within a process.
    return prefix + secrets.token_hex(4)


def _embed(vectors: VectorStore, encoder: Encoder, documents: Documents, report: Progress) -> None:
    """Encode what is new, each text once and those of like length together, and drop entries of what is gone."""
    known = {name: vectors.stamps(name) for name in documents}
    places: dict[str, list[tuple[str, Id]]] = defaultdict(list)
    for name, texts_of in documents.items():
        for key, text in texts_of.items():
            if known[name].get(key) != stamp_of(text):
                places[text].append((name, key))
    texts = sorted(places, key=len)
    for start in range(0, len(texts), CHUNK):
        report(STEP, start, len(texts))
        part = texts[start : start + CHUNK]
        encoded = encoder.encode(part)
        for name in documents:
            chosen = [(key, n) for n, text in enumerate(part) for place, key in places[text] if place == name]
            vectors.upsert(name, [(key, part[n]) for key, n in chosen], encoded[[n for _, n in chosen]])
    report(STEP, len(texts), len(texts))
    for name, stamps in known.items():
        vectors.delete(name, [key for key in stamps if key not in documents[name]])

"""Making an index, beside the same texts encoded by sentence-transformers and stored in Chroma."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Figure, medians, seconds

TABLES = 200
NOUNS = ("order", "customer", "invoice", "shipment", "product", "employee", "contract", "payment", "region", "visit")
PARTS = ("id", "name", "status", "amount", "created_at", "note", "currency", "priority", "owner_id", "city")


def indexing() -> Iterator[Figure]:
    """One figure: the first index of a database of many tables, with the model already prepared."""
    from agent.dialects.address import read_address
    from agent.schema_index.build import build_index
    from agent.schema_index.documents import make_documents
    from agent.schema_index.embed import load_encoder
    from agent.schema_index.model_source import model_source
    from agent.schema_index.options import IndexOptions
    from agent.schema_index.reflect import reflect

    with TemporaryDirectory() as name:
        folder = Path(name)
        address = read_address(_database(folder / "many.db"))
        catalog = reflect(address)
        documents = make_documents(catalog, load_encoder("bundled", folder), {})
        texts = [text for each in documents.values() for text in each.values()]
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(model_source("bundled"), device="cpu")
        runs = iter(range(100))

        def ours() -> None:
            # Only the encoder is kept from one run to the next.
            cache = folder / f"cache-{next(runs)}"
            cache.mkdir()
            (cache / "encoders").symlink_to(folder / "encoders")
            build_index(address, IndexOptions(cache)).close()

        def theirs() -> None:
            _plain(model, texts, folder / f"chroma-{next(runs)}")

        made, plain = medians(3, lambda: seconds(ours), lambda: seconds(theirs))
    what = f"the first index of {TABLES} tables of {len(PARTS)} columns, values included"
    yield Figure(what, made, "s", 1.2, "sentence-transformers and Chroma for the same texts", plain)


def _database(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        for number in range(TABLES):
            noun, other = NOUNS[number % 10], NOUNS[number // 10 % 10]
            columns = ", ".join(f"{noun}_{part} TEXT" for part in PARTS)
            connection.execute(f"CREATE TABLE {other}_{noun}_{number} ({columns})")
    return f"sqlite:///{path}"


def _plain(model: Any, texts: list[str], folder: Path) -> None:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection("texts", embedding_function=None)
    vectors = model.encode(texts, show_progress_bar=False)
    collection.add(ids=[str(number) for number in range(len(texts))], embeddings=vectors)

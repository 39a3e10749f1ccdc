"""An index whose vectors are on a Chroma server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.dialects.address import Address
from agent.errors import IndexingError
from agent.schema_index.build import build_index
from agent.schema_index.embed import Encoder
from agent.schema_index.index_file import FILE_NAME
from agent.schema_index.inspect_index import inspect_index
from agent.schema_index.options import IndexOptions
from agent.schema_index.store import SchemaIndex
from agent.schema_index.vectors import DamagedError, vector_stores
from tests.chroma_server import chroma_server

MakeDatabase = Callable[..., Address]


@pytest.fixture
def options(server: str, cache: Path, tmp_path: Path) -> IndexOptions:
    """A cache of its own, but for the encoder."""
    (tmp_path / "encoders").symlink_to(cache / "encoders")
    return IndexOptions(tmp_path, chroma=server.replace("http://", "http://eve:top%20secret@"))


def nearest(index: SchemaIndex, text: str) -> str:
    return index.nearest_tables(index.encoder.encode_queries([text])[0], 1)[0][0]


def test_the_vectors_are_on_the_server_and_no_login_in_the_index(
    database: MakeDatabase, options: IndexOptions, encoder: Encoder
) -> None:
    with build_index(database(), options) as index:
        assert nearest(index, "customers") == "customers"
        kept = [path.read_bytes() for path in index.folder.rglob("*") if path.is_file()]

    assert not list(options.cache.rglob("vectors-*"))
    assert kept
    assert not any(b"secret" in each for each in kept)


def test_an_index_goes_on_while_another_process_switches(
    database: MakeDatabase, options: IndexOptions, encoder: Encoder
) -> None:
    address = database()
    with build_index(address, options) as old:
        assert nearest(old, "parcels sent") != "parcels"
        database("CREATE TABLE parcels (id INTEGER PRIMARY KEY, sent_on DATE)")
        with build_index(address, options) as new:
            assert nearest(new, "parcels sent") == "parcels"
        assert nearest(old, "parcels sent") == "parcels"
        assert not old.closed


def test_an_index_whose_vectors_were_removed_is_made_anew(
    database: MakeDatabase, options: IndexOptions, encoder: Encoder
) -> None:
    address = database()
    with build_index(address, options) as index:
        vector_stores(index.folder, options.chroma).remove(index.vectors)
        with pytest.raises(DamagedError):
            nearest(index, "customers")
    with build_index(address, options) as index:
        assert nearest(index, "customers") == "customers"


def test_a_server_that_is_gone_leaves_the_index(database: MakeDatabase, options: IndexOptions, tmp_path: Path) -> None:
    address = database()
    (tmp_path / "own").mkdir()
    with chroma_server(tmp_path / "own") as url:
        own = IndexOptions(options.cache, chroma=url)
        build_index(address, own).close()
        index = build_index(address, own)
    gone = r"^the Chroma server at http://127.0.0.1:\d+ does not answer: "
    with index:
        with pytest.raises(IndexingError, match=gone):
            nearest(index, "customers")
        assert not index.closed
    for look in (build_index, inspect_index):
        with pytest.raises(IndexingError, match=gone):
            look(address, own)
    assert (index.folder / FILE_NAME).exists()

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.dialects.address import Address, read_address
from agent.schema_index.embed import Encoder, load_encoder
from tests.chroma_server import chroma_server

SHOP = (Path(__file__).parent / "shop.sql").read_text(encoding="utf-8")

MakeDatabase = Callable[..., Address]


@pytest.fixture(scope="session")
def encoder(cache: Path) -> Encoder:
    return load_encoder("bundled", cache)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Chroma server."""
    with chroma_server(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def database(tmp_path: Path) -> MakeDatabase:
    """Makes a database file of SQL and gives its address; the same name again adds to it."""

    def make(sql: str = SHOP, name: str = "shop.db") -> Address:
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            connection.executescript(sql)
        return read_address(f"sqlite:///{tmp_path / name}")

    return make

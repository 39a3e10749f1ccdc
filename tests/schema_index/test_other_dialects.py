"""Engines that sqlwright has no module for, through SQLAlchemy: here a dialect of its own over an SQLite file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from agent.dialects.address import Address, read_address
from agent.errors import DatabaseError, UsageError
from agent.records import ForeignKey
from agent.schema_index.build import build_index
from agent.schema_index.embed import Encoder
from agent.schema_index.fingerprint import fingerprint
from agent.schema_index.options import IndexOptions
from agent.schema_index.reflect import reflect

MakeDatabase = Callable[..., Address]


class Otherbase(SQLiteDialect_pysqlite):
    """A dialect that nobody knows."""

    name = "otherbase"
    supports_statement_cache = True


class WithoutDriver(Otherbase):
    """A dialect whose driver is missing."""

    @classmethod
    def import_dbapi(cls) -> Any:
        raise ModuleNotFoundError("No module named 'otherdriver'", name="otherdriver")


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    module = ModuleType("otherbase_dialects")
    module.__dict__.update(Otherbase=Otherbase, WithoutDriver=WithoutDriver)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, module.__name__, module)
        patch.setattr(registry, "impls", dict(registry.impls))
        registry.register("otherbase", module.__name__, "Otherbase")
        registry.register("otherbase.missing", module.__name__, "WithoutDriver")
        yield


@pytest.fixture
def other(database: MakeDatabase) -> Address:
    return read_address(database().url.replace("sqlite:", "otherbase:"))


def test_any_dialect_of_sqlalchemy_is_reflected(other: Address, database: MakeDatabase) -> None:
    catalog = reflect(other)
    assert catalog.dialect == "otherbase"
    known = reflect(database("", "shop.db"))
    assert [(t.id, t.kind, t.primary_key, t.foreign_keys) for t in catalog.tables] == [
        (t.id, t.kind, t.primary_key, t.foreign_keys) for t in known.tables
    ]
    orders = catalog.table("orders")
    assert orders
    assert orders.foreign_keys == (ForeignKey(("customer_id",), "customers", ("id",)),)
    assert [column.kind for column in orders.columns][:4] == ["integer", "integer", "datetime", "number"]


def test_a_schema_of_it_can_be_named(other: Address) -> None:
    assert reflect(other, ("main",)).table("orders")
    with pytest.raises(DatabaseError):
        reflect(other, ("nowhere",))


def test_it_is_indexed_without_stored_values(
    other: Address, database: MakeDatabase, cache: Path, encoder: Encoder
) -> None:
    with build_index(other, IndexOptions(cache, values="all")) as index:
        assert index.tables_with(["customers"])[0]
        assert index.find_values("customers in Germany") == ()
    before = fingerprint(other)
    database("ALTER TABLE orders ADD COLUMN note TEXT")
    assert fingerprint(other) != before


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("otherbase+missing:///shop.db", UsageError, "otherdriver is missing"),
        ("nonsense://ada:secret@host/db", UsageError, "no driver for nonsense is installed"),
        ("nonsense+driver://ada:secret@host/db", UsageError, "no driver for nonsense is installed"),
        ("otherbase://ada:secret@host:port/db", UsageError, "the database URL is not understood"),
        ("otherbase:////no/such/folder/shop.db", DatabaseError, "the schema cannot be read: unable to open"),
    ],
)
def test_what_cannot_be_reached_is_one_clear_line(url: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        reflect(read_address(url))
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)

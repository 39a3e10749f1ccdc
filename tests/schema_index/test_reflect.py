from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from agent.dialects.address import Address, read_address
from agent.errors import DatabaseError, UsageError
from agent.records import ForeignKey
from agent.schema_index.reflect import kind_of, reflect

MakeDatabase = Callable[..., Address]

ODD = """
CREATE TABLE "order" ("select" TEXT, "a ""quoted"" name" INTEGER, "größe" REAL, "with space" DATE);
CREATE TABLE "日本 語" (id INTEGER PRIMARY KEY, "order" TEXT);
CREATE TABLE strange (
    a, b FOO(1, 2), c DECIMAL(1.5, -2), d "double precision", e NVARCHAR(20), f "", g "INT8[3]");
CREATE TABLE dangling (a INTEGER REFERENCES elsewhere (b));
CREATE TABLE gone (x);
CREATE VIEW broken AS SELECT x FROM gone;
CREATE VIEW whole AS SELECT "select" AS choice FROM "order";
DROP TABLE gone;
CREATE VIRTUAL TABLE note USING fts5(body);
CREATE TABLE note_data_of_mine (id INTEGER PRIMARY KEY);
"""


def test_tables_keys_and_views(database: MakeDatabase) -> None:
    catalog = reflect(database())
    assert catalog.dialect == "sqlite"
    assert [(table.id, table.kind) for table in catalog.tables] == [
        ("customers", "table"),
        ("german_customers", "view"),
        ("order_items", "table"),
        ("orders", "table"),
        ("products", "table"),
    ]
    items, orders = catalog.table("order_items"), catalog.table("orders")
    assert items and orders
    assert items.primary_key == ("order_id", "line")
    # The target's own spelling, and its primary key where none is named.
    assert ForeignKey(("product_id",), "products", ("id",)) in items.foreign_keys
    assert orders.foreign_keys == (ForeignKey(("customer_id",), "customers", ("id",)),)
    assert [(column.name, column.type, column.kind, column.nullable) for column in orders.columns][:4] == [
        ("id", "INTEGER", "integer", True),
        ("customer_id", "INTEGER", "integer", False),
        ("ordered_at", "TIMESTAMP", "datetime", True),
        ("total", "DECIMAL(10, 2)", "number", True),
    ]


def test_odd_names_and_types_are_read_and_what_is_broken_is_left_out(database: MakeDatabase) -> None:
    catalog = reflect(database(ODD))
    names = {table.id for table in catalog.tables}
    assert names == {"order", "日本 語", "strange", "dangling", "whole", "note", "note_data_of_mine"}
    order, strange, dangling = (catalog.table(name) for name in ("order", "strange", "dangling"))
    assert order and strange and dangling
    assert [column.name for column in order.columns] == ["select", 'a "quoted" name', "größe", "with space"]
    assert [column.kind for column in strange.columns] == [
        "other", "other", "number", "number", "text", "other", "other",
    ]  # fmt: skip
    assert dangling.foreign_keys == ()


def test_unique_keys_are_those_of_whole_columns(database: MakeDatabase) -> None:
    [table] = reflect(
        database("""
            CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE, a INTEGER, b INTEGER, c TEXT, UNIQUE (b, a));
            CREATE UNIQUE INDEX t_c ON t (c);
            CREATE UNIQUE INDEX t_part ON t (a) WHERE b > 0;
            CREATE UNIQUE INDEX t_lower ON t (lower(c));
            CREATE INDEX t_b ON t (b);
        """)
    ).tables
    assert (table.primary_key, set(table.unique)) == (("id",), {("code",), ("b", "a"), ("c",)})


def test_only_tables_that_fit_the_patterns_exist(database: MakeDatabase) -> None:
    address, told = database(), []

    def tell(what: str, _done: int, _total: int) -> None:
        told.append(what)

    only = reflect(address, (), tell, ("order*", "main.PRODUCTS"))
    assert [table.id for table in only.tables] == ["order_items", "orders", "products"]
    assert only.table("orders").foreign_keys == ()  # type: ignore[union-attr]
    rest = reflect(address, (), tell, (), ("order*", "*_customers"))
    assert [table.id for table in rest.tables] == ["customers", "products"]
    assert [table.id for table in reflect(address, (), tell, ("order*",), ("*_items",)).tables] == ["orders"]
    assert told == []
    reflect(address, (), tell, ("orders", "ordrs"), ("tmp_*",))
    assert told == [
        "the pattern ordrs of include fits no table of the database",
        "the pattern tmp_* of exclude fits no table of the database",
    ]
    with pytest.raises(UsageError, match="include and exclude leave no table"):
        reflect(address, exclude=("*",))


def test_two_thousand_columns(database: MakeDatabase) -> None:
    columns = ", ".join(f"c{n} TEXT" for n in range(2_000))
    [table] = reflect(database(f"CREATE TABLE wide ({columns})")).tables
    assert [column.name for column in table.columns] == [f"c{n}" for n in range(2_000)]


def test_a_database_without_tables_is_one_clear_line(database: MakeDatabase) -> None:
    for sql in ("", "CREATE TABLE t (x); DROP TABLE t;"):
        with pytest.raises(DatabaseError, match="no tables"):
            reflect(database(sql, name="empty.db"))


def test_a_schema_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "torn.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("CREATE TABLE t (x);")
    file.write_bytes(file.read_bytes()[:100] + b"\xff" * 5_000)
    with pytest.raises(DatabaseError, match="cannot be read"):
        reflect(read_address(f"sqlite:///{file}"))


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("VARCHAR(40)", "text"),
        ("INTEGER", "integer"),
        ("bigserial", "integer"),
        ("INTERVAL", "other"),
        ("POINT", "other"),
        ("TIMESTAMP WITH TIME ZONE", "datetime"),
        ("DATE", "date"),
        ("TIME", "other"),
        ("DOUBLE PRECISION", "number"),
        ("TINYINT(1)", "integer"),
        ("enum", "text"),
        ("number(10, 2)", "number"),
        ("boolean", "boolean"),
        ("bytea", "blob"),
        ("", "other"),
    ],
)
def test_the_kind_of_a_declared_type(declared: str, kind: str) -> None:
    assert kind_of(declared) == kind

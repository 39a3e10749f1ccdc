"""Foreign keys that nobody declared: by names and types, and in the light of stored values on every engine."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from agent.dialects import Reader, open_reader
from agent.dialects.address import Address, read_address
from agent.records import Catalog, Column, ColumnKind, ForeignKey, Policy, Row, Table
from agent.schema_index import key_values
from agent.schema_index.key_values import infer_by_values
from agent.schema_index.keys import infer_foreign_keys
from agent.schema_index.policy import apply_policy
from agent.schema_index.progress import silent
from agent.schema_index.reflect import reflect
from tests.services import mariadb_database, postgres_database

MakeDatabase = Callable[..., Address]
Found = list[tuple[str, str, str]]

KINDS: dict[str, ColumnKind] = {"": "integer", "text": "text", "date": "date", "number": "number"}


def table(
    name: str,
    columns: str,
    key: str = "",
    unique: tuple[tuple[str, ...], ...] = (),
    schema: str = "",
    keys: tuple[ForeignKey, ...] = (),
) -> Table:
    """A table of columns such as `id name:text`."""
    parts = (item.partition(":") for item in columns.split())
    made = tuple(Column(name, kind, KINDS[kind]) for name, _, kind in parts)
    return Table(name, made, schema, primary_key=tuple(key.split()), unique=unique, foreign_keys=keys)


def inferred(*tables: Table, dialect: str = "postgres") -> Found:
    return listed(infer_foreign_keys(Catalog(dialect, tables)))


def listed(catalog: Catalog) -> Found:
    return [
        (one.id, ", ".join(key.columns), f"{key.target}.{', '.join(key.target_columns)}")
        for one in catalog.tables
        for key in one.foreign_keys
        if key.inferred
    ]


@pytest.mark.parametrize(
    ("target", "columns", "key", "column"),
    [
        ("customers", "id", "id", "customer_id"),
        ("customers", "id", "id", "customerId"),
        ("CUSTOMERS", "ID", "ID", "CUSTOMERID"),
        ("customers", "customerid", "customerid", "customer_id"),
        ("customers", "code", "code", "billing_customer_code"),
        ("customers", "customer_id", "customer_id", "customer_id_2"),
        ("dim_customer", "id", "id", "customer_id"),
        ("customers", "id", "id", "customer"),
        ("Student", "StuID", "StuID", "StuID"),
        # Where nothing is declared, names tell what the key is.
        ("customers", "id name:text", "", "customer_id"),
        ("customers", "name:text customer_id", "", "customer_id"),
        ("customer_orders", "order_id", "", "order_id"),
    ],
)
def test_how_keys_and_what_points_to_them_are_called(target: str, columns: str, key: str, column: str) -> None:
    pointing = table("visits", f"visit_no {column}", key="visit_no")
    known = key or next(name for name in columns.split() if name.endswith("id"))
    assert inferred(table(target, columns, key=key), pointing) == [("visits", column, f"{target}.{known}")]


@pytest.mark.parametrize(
    ("target", "columns", "key", "column"),
    [
        ("customers", "id", "id", "customer_id:text"),  # of another type
        ("customers", "id", "id", "customer_ids"),
        ("customers", "id", "id", "customer:text"),  # their name perhaps
        ("seasons", "year", "year", "year"),  # a fact
        ("contacts", "email:text", "email", "email:text"),  # likely, which values must show
        ("customer_types", "id", "id", "type_id"),
        ("readings", "sensor_id value:number", "", "sensor_id"),  # many rows a sensor, for all we know
        ("prices", "region_id product_id", "region_id product_id", "product_id"),
    ],
)
def test_what_names_alone_do_not_say(target: str, columns: str, key: str, column: str) -> None:
    assert inferred(table(target, columns, key=key), table("visits", f"visit_no {column}", key="visit_no")) == []


def test_a_prefix_that_most_tables_share_says_nothing() -> None:
    tables = [table(name, "id", key="id") for name in ("crm_customer", "crm_city", "crm_region")]
    pointing = table("crm_visit", "id customer_id", key="id")
    assert inferred(*tables, pointing) == [("crm_visit", "customer_id", "crm_customer.id")]


def test_a_unique_column_is_a_key_and_a_table_may_point_to_itself() -> None:
    parts = table("parts", "id part_code parent_part_code", key="id", unique=(("part_code",),))
    assert inferred(parts, table("uses", "id part_code", key="id")) == [
        ("parts", "parent_part_code", "parts.part_code"),
        ("uses", "part_code", "parts.part_code"),
    ]
    assert inferred(table("categories", "id parent_id", key="id"), table("labels", "id", key="id")) == [
        ("categories", "parent_id", "categories.id")
    ]


def test_a_unique_column_does_not_make_a_key_of_its_table_that_nobody_declared_less_likely() -> None:
    products = table("products", "id sku:text", unique=(("sku",),))
    assert inferred(products, table("uses", "id product_id", key="id")) == [("uses", "product_id", "products.id")]


def test_the_own_key_of_a_table_points_only_to_the_table_that_bears_its_name() -> None:
    cities = table("city", "city_id", key="city_id")
    weather = table("temperature", "city_id january:number", key="city_id")
    assert inferred(cities, weather) == [("temperature", "city_id", "city.city_id")]
    assert inferred(table("a", "x_id", key="x_id"), table("b", "x_id", key="x_id")) == []


def test_another_schema_is_pointed_to_where_its_key_is_declared_and_bears_its_name() -> None:
    orders = table("orders", "id customer_id", key="id", schema="sales")
    assert inferred(table("customers", "id", key="id", schema="crm"), orders) == [
        ("sales.orders", "customer_id", "crm.customers.id")
    ]
    assert inferred(table("customers", "id", schema="crm"), orders) == []
    both = (table("customers", "id", key="id", schema=schema) for schema in ("crm", "sales"))
    assert inferred(*both, orders) == [("sales.orders", "customer_id", "sales.customers.id")]


def test_several_columns_point_to_a_key_of_their_names() -> None:
    lines = table("order_lines", "order_id line_number", key="order_id line_number")
    shipments = table("shipments", "id order_id line_number", key="id")
    key = ("shipments", "order_id, line_number", "order_lines.order_id, line_number")
    assert inferred(lines, shipments) == [key]
    # A pair of references is shared by all that is said of the pair.
    people, rooms = table("people", "person_id", key="person_id"), table("rooms", "room_id", key="room_id")
    stays = table("stays", "person_id room_id", key="person_id room_id")
    notes = table("notes", "id person_id room_id", key="id")
    assert not any("," in column for _, column, _ in inferred(people, rooms, stays, notes))
    # Two tables of one key, or facts that many tables have.
    assert inferred(lines, table("invoice_lines", "order_id line_number", key="order_id line_number")) == []
    assert inferred(table("a", "year region", key="year region"), table("b", "id year region", key="id")) == []


def test_names_without_words_are_left_alone() -> None:
    signs = table("#", "# %", key="#", unique=(("#", "%"),))
    assert inferred(signs, table("%%", "id # %", key="id")) == []


def test_what_is_declared_is_kept_and_not_added_to() -> None:
    declared = ForeignKey(("customer_id",), "clients", ("id",))
    orders = table("orders", "id customer_id", key="id", keys=(declared,))
    catalog = infer_foreign_keys(Catalog("postgres", (orders, table("customers", "id", key="id"))))
    assert catalog.tables[0].foreign_keys == (declared,)
    assert infer_foreign_keys(catalog) == catalog


# What the values say

STORED = """
CREATE TABLE customers (customer_id INTEGER, name VARCHAR(20));
CREATE TABLE types (id INTEGER PRIMARY KEY);
CREATE TABLE customer_types (id INTEGER PRIMARY KEY, label VARCHAR(20) NOT NULL, UNIQUE (label));
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER, type_id INTEGER, label VARCHAR(20), shipped_label VARCHAR(20));
CREATE TABLE order_lines (order_id INTEGER, line_number INTEGER, PRIMARY KEY (order_id, line_number));
CREATE TABLE shipments (id INTEGER PRIMARY KEY, order_id INTEGER, line_number INTEGER);
INSERT INTO customers VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd');
INSERT INTO types VALUES (1001), (1002), (1003);
INSERT INTO customer_types VALUES (1, 'new'), (2, 'old'), (3, 'gone'), (4, 'none');
INSERT INTO orders VALUES
  (10, 1, 1, 'new', 'x'), (11, 2, 2, 'old', 'y'), (12, 3, 3, 'gone', 'z'), (13, NULL, NULL, 'gone', 'new');
INSERT INTO order_lines VALUES (10, 1), (10, 2), (11, 1), (12, 1);
INSERT INTO shipments VALUES (1, 10, 1), (2, 10, 2), (3, 11, 1), (4, 12, 1);
"""


@pytest.fixture(scope="module", params=["sqlite", "duckdb", "postgres", "mariadb"])
def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    folder: Path = tmp_path_factory.mktemp("stored")
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{folder / 'stored.db'}"
            with closing(sqlite3.connect(folder / "stored.db")) as connection:
                connection.executescript(STORED)
        elif request.param == "duckdb":
            url = f"duckdb:///{folder / 'stored.duckdb'}"
            with duckdb.connect(folder / "stored.duckdb") as connection:
                connection.execute(STORED)
        else:
            opened = {"postgres": postgres_database, "mariadb": mariadb_database}[request.param]
            url = stack.enter_context(opened(STORED))
        yield read_address(url)


def by_values(address: Address, policy: Policy | None = None) -> Found:
    catalog = reflect(address)
    if policy:
        catalog = apply_policy(catalog, policy)
    with closing(open_reader(address)) as reader:
        return listed(infer_by_values(catalog, reader, silent))


def test_values_confirm_and_contradict_on_every_engine(stored: Address) -> None:
    by_names = listed(reflect(stored))
    # None of its values is a type, though it is called so.
    assert ("orders", "type_id", "types.id") in by_names
    assert not any(column == "label" for _, column, _ in by_names)
    assert sorted(by_values(stored)) == [
        ("order_lines", "order_id", "orders.id"),
        ("orders", "customer_id", "customers.customer_id"),
        ("orders", "label", "customer_types.label"),
        ("orders", "type_id", "customer_types.id"),
        ("shipments", "order_id", "orders.id"),
        ("shipments", "order_id, line_number", "order_lines.order_id, line_number"),
    ]


def test_what_a_policy_hides_is_neither_read_nor_pointed_to(stored: Address) -> None:
    found = by_values(stored, Policy(hidden=("customer_types.label", "orders.customer_id")))
    assert {column for _, column, _ in found} == {"type_id", "order_id", "order_id, line_number"}


class Watched:
    """A reader that keeps what it was asked and what it gave."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.asked: list[str] = []
        self.given: list[Row] = []

    def rows(self, sql: str, seconds: float, limit: int | None = None) -> list[Row]:
        self.asked.append(sql)
        rows = self.reader.rows(sql, seconds, limit)
        self.given += rows
        return rows

    def close(self) -> None:
        self.reader.close()


def test_only_numbers_leave_the_database_and_little_is_asked(stored: Address) -> None:
    with closing(Watched(open_reader(stored))) as reader:
        infer_by_values(reflect(stored), reader, silent)
    assert reader.given
    assert all(type(cell) is int for row in reader.given for cell in row)
    assert len(reader.asked) <= 12
    assert len(set(reader.asked)) == len(reader.asked)


def test_names_decide_where_time_is_over(stored: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_values, "TOTAL_SECONDS", 0.0)
    assert by_values(stored) == listed(reflect(stored))


def test_a_table_that_cannot_be_looked_up_in_time_is_left_to_its_name(
    database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_values, "STATEMENT_SECONDS", 0.05)
    address = database("""
        CREATE VIEW customers AS
          WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n;
        CREATE TABLE orders (order_id INTEGER PRIMARY KEY, customer_id INTEGER);
        INSERT INTO orders VALUES (1, -1), (2, -2), (3, -3);
    """)
    customers, orders = reflect(address).tables
    endless = replace(customers, kind="table", columns=(Column("id", "INTEGER", "integer"),), primary_key=("id",))
    with closing(open_reader(address)) as reader:
        found = infer_by_values(Catalog("sqlite", (endless, orders)), reader, silent)
    assert listed(found) == [("orders", "customer_id", "customers.id")]


def test_of_an_empty_table_only_the_name_tells(database: MakeDatabase) -> None:
    address = database("""
        CREATE TABLE customers (customer_id INTEGER PRIMARY KEY);
        CREATE TABLE orders (order_id INTEGER PRIMARY KEY, customer_id INTEGER);
        INSERT INTO orders VALUES (1, 1), (2, 2), (3, 3);
    """)
    assert by_values(address) == [("orders", "customer_id", "customers.customer_id")]


def test_what_comes_twice_is_no_key(database: MakeDatabase) -> None:
    address = database("""
        CREATE TABLE sensor (sensor_id INTEGER, value REAL);
        CREATE TABLE alarm (alarm_id INTEGER PRIMARY KEY, sensor_id INTEGER);
        INSERT INTO sensor VALUES (1, 0.5), (1, 0.6), (2, 0.7), (3, 0.7);
        INSERT INTO alarm VALUES (1, 1), (2, 2), (3, 3);
    """)
    assert listed(reflect(address)) == [("alarm", "sensor_id", "sensor.sensor_id")]
    assert by_values(address) == []


def test_sqlite_finds_values_across_declared_types(database: MakeDatabase) -> None:
    address = database("""
        CREATE TABLE branch (branch_id INTEGER PRIMARY KEY);
        CREATE TABLE purchase (id INTEGER PRIMARY KEY, branch_id TEXT);
        INSERT INTO branch VALUES (1), (2), (3), (4);
        INSERT INTO purchase VALUES (1, '1'), (2, '2'), (3, '3');
    """)
    assert listed(reflect(address)) == []
    assert by_values(address) == [("purchase", "branch_id", "branch.branch_id")]


def test_what_cannot_be_compared_is_left_to_its_name() -> None:
    with postgres_database("""
        CREATE TABLE parts (part_id JSON, id INTEGER PRIMARY KEY);
        CREATE TABLE uses (use_id INTEGER PRIMARY KEY, part_id INTEGER);
        CREATE TABLE notes (note_id INTEGER PRIMARY KEY, part_id INTEGER);
        INSERT INTO parts VALUES ('1', 1), ('1', 2), ('1', 3);
        INSERT INTO uses VALUES (1, 1), (2, 2), (3, 3);
        INSERT INTO notes VALUES (1, 7), (2, 8), (3, 9);
    """) as url:
        assert by_values(read_address(url)) == [("uses", "part_id", "parts.id")]

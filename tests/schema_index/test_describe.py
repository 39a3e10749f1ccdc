from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.dialects.address import Address
from agent.records import Column, Table
from agent.schema_index.describe import column_document, schema_document, table_document
from agent.schema_index.descriptions import apply_descriptions
from agent.schema_index.reflect import reflect
from agent.schema_index.spoken import spoken

MakeDatabase = Callable[..., Address]

DESCRIBED = """
tables:
  Orders:
    description: One row per order.
    synonyms: [purchases, sales]
    columns:
      ordered_at: When the customer placed the order.
      TOTAL: {description: "What was paid, in euros.", synonyms: [revenue]}
"""


def test_descriptions_are_laid_over_the_catalog_and_reach_the_documents(database: MakeDatabase, tmp_path: Path) -> None:
    file = tmp_path / "described.yaml"
    file.write_text(DESCRIBED, encoding="utf-8")
    plain = reflect(database())
    catalog = apply_descriptions(plain, file)
    orders = catalog.table("orders")
    assert orders
    total, customer = orders.column("total"), orders.column("customer_id")
    assert total and customer
    assert (orders.synonyms, total.synonyms) == (("purchases", "sales"), ("revenue",))
    assert [table.id for table in catalog.tables] == [table.id for table in plain.tables]
    assert catalog.table("products") == plain.table("products")
    names = spoken(orders, {})
    assert table_document(orders, names).text == (
        "orders, purchases, sales. One row per order. identifier, customer identifier, ordered at, total, status."
    )
    assert column_document(orders, total, names).text == "total, revenue of orders. What was paid, in euros. number."
    assert column_document(orders, customer, names).text == (
        "customer identifier, customer id of orders. whole number. refers to customers."
    )


def test_a_schema_is_described_by_its_tables_and_columns() -> None:
    tables = [
        Table("cust", (Column("cust_nm", "TEXT"), Column("cust_addr", "TEXT"), Column("cust_dob", "DATE"))),
        Table("ord", (Column("qty", "INTEGER"),)),
    ]
    assert schema_document("sales_mgr", tables, {"mgr": "migrated"}).text == (
        "sales migrated, customer, order. name, address, date of birth, quantity."
    )

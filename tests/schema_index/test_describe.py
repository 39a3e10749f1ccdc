from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.dialects.address import Address
from agent.errors import UsageError
from agent.schema_index.describe import apply_descriptions, column_document, table_document
from agent.schema_index.reflect import reflect

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
    assert table_document(orders) == (
        "orders, purchases, sales. One row per order. id, customer id, ordered at, total, status."
    )
    assert column_document(orders, total) == "total, revenue of orders. What was paid, in euros. number."
    assert column_document(orders, customer) == "customer id of orders. whole number. refers to customers."


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("tables: {ordrs: {}}", "tables.ordrs: there is no such table", "did you mean orders?"),
        ("tables: {orders: {columns: {totl: x}}}", "tables.orders.columns.totl", "did you mean total?"),
        ("tables: {orders: {descripton: x}}", "unknown key 'descripton'", "columns, description, synonyms"),
        ("tables: {orders: {synonyms: sales}}", "tables.orders.synonyms must be a list", ""),
        ("tables: {orders: {description: 5}}", "tables.orders.description must be text", ""),
        ("tables: {orders: {columns: {no: x}}}", "tables.orders.columns must map names", ""),
        ("tables: [orders]", "tables must map names", ""),
        ("just text", "the file must map names", ""),
        ("tables: {", "not valid YAML", ""),
    ],
)
def test_a_mistake_in_the_file_is_named(
    text: str, message: str, hint: str, database: MakeDatabase, tmp_path: Path
) -> None:
    file = tmp_path / "described.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        apply_descriptions(reflect(database()), file)
    assert str(file) in caught.value.message
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(database: MakeDatabase, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.yaml"):
        apply_descriptions(reflect(database()), tmp_path / "none.yaml")

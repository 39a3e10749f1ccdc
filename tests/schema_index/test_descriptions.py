"""What is said of a database in YAML: laid over its catalog, and blamed by file and key where it is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.records import Catalog, Column, Table, Term
from agent.schema_index.catalog_json import dump_catalog, load_catalog
from agent.schema_index.descriptions import apply_descriptions, find_column, find_table, lasting_name

SHOP = Catalog(
    "sqlite",
    (
        Table("orders", (Column("id", "INTEGER"), Column("total", "REAL"), Column("status", "TEXT", comment="stored"))),
        Table("customers", (Column("id", "INTEGER"), Column("name", "TEXT"))),
        Table("payments", (Column("id", "INTEGER"),), schema="ledger"),
    ),
)


def test_tags_and_terms_are_laid_over_the_catalog() -> None:
    said = {
        "tables": {
            "Orders": {"tags": ["finance"], "columns": {"total": {"tags": ["euros", "Euros"]}, "status": None}},
            "ledger.payments": {"tags": ["finance", "audit"]},
            "customers": None,
        },
        "glossary": {
            "active customer": "One who has ordered\n in the last 12 months.",
            "churn": {"meaning": "Having left.", "tables": ["customers"], "columns": ["Orders.STATUS", "orders.total"]},
        },
    }

    catalog = apply_descriptions(SHOP, said)

    assert [table.tags for table in catalog.tables] == [("finance",), (), ("finance", "audit")]
    assert [column.tags for column in catalog.tables[0].columns] == [(), ("euros",), ()]
    assert catalog.tables[0].columns[2].comment == "stored"
    assert catalog.glossary == (
        Term("active customer", "One who has ordered in the last 12 months."),
        Term("churn", "Having left.", ("customers", "orders"), (("orders", "status"), ("orders", "total"))),
    )
    assert load_catalog(dump_catalog(catalog)) == catalog


def test_what_is_said_later_comes_to_what_was_said_before() -> None:
    first = {
        "tables": {"orders": {"description": "Old.", "synonyms": ["sales"], "tags": ["finance"]}},
        "glossary": {"churn": "Old."},
    }
    second = {
        "tables": {"orders": {"description": "New.", "synonyms": ["Sales", "purchases"]}},
        "glossary": {"Churn": "New.", "order": "One sale."},
    }

    catalog = apply_descriptions(apply_descriptions(SHOP, first), second)

    orders = catalog.tables[0]
    assert (orders.comment, orders.synonyms, orders.tags) == ("New.", ("sales", "purchases"), ("finance",))
    assert catalog.glossary == (Term("Churn", "New."), Term("order", "One sale."))


def test_a_table_may_be_described_under_two_spellings() -> None:
    said = {"tables": {"orders": {"description": "Here.", "tags": ["a"]}, "ORDERS": {"tags": ["b"]}}}

    orders = apply_descriptions(SHOP, said).tables[0]

    assert (orders.comment, orders.tags) == ("Here.", ("a", "b"))


def test_what_is_left_out_on_purpose_may_be_described() -> None:
    said = {
        "tables": {"audit.log": {"description": "Left out."}},
        "glossary": {"entry": {"meaning": "A line.", "tables": ["audit.log"], "columns": ["audit.log.at"]}},
    }

    catalog = apply_descriptions(SHOP, said, lambda name: name.startswith("audit."))

    assert catalog == replace(SHOP, glossary=(Term("entry", "A line."),))


@pytest.mark.parametrize("name", ["log.EVENTS_YYYYMMDD", "log.events_20240101", "log.events_20240102"])
def test_copies_by_date_are_described_as_one(name: str) -> None:
    id_column = (Column("id", "INTEGER"),)
    newest = Table("events_20240102", id_column, "log", pattern="events_YYYYMMDD", shards=("log.events_20240101",))
    older = Table("events_20240101", id_column, "log", shard_of=newest.id)
    catalog = Catalog("sqlite", (older, newest))

    described = apply_descriptions(catalog, {"tables": {name: {"tags": ["clicks"]}}})

    assert [table.tags for table in described.tables] == [(), ("clicks",)]
    assert find_table(catalog, name) == newest
    assert lasting_name(newest) == "log.events_YYYYMMDD"


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        ({"tables": {"payments": {}}}, "tables.payments: there is no such table", "did you mean ledger.payments?"),
        ({"tables": {"orders": {"tags": "a"}}}, "tables.orders.tags must be a list", "in brackets"),
        ({"tables": {"orders": {"columns": {"id": {"tags": [1]}}}}}, "tables.orders.columns.id.tags must be text", ""),
        ({"glossary": ["churn"]}, "glossary must map names", ""),
        ({"glossary": {"churn": {"tables": ["orders"]}}}, "glossary.churn has no meaning", "write what"),
        ({"glossary": {"churn": {"meaning": "x", "table": []}}}, "unknown key 'table'", "columns, meaning, tables"),
        ({"glossary": {"churn": {"meaning": "x", "tables": ["ordrs"]}}}, "glossary.churn.tables.ordrs", "orders?"),
        ({"glossary": {"churn": {"meaning": "x", "columns": ["total"]}}}, "total names no column", "table.total"),
        (
            {"glossary": {"churn": {"meaning": "x", "columns": ["orders.totl"]}}},
            "glossary.churn.columns.orders.totl: there is no such column",
            "did you mean total?",
        ),
    ],
)
def test_a_mistake_in_the_setting_is_named(said: dict[str, object], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        apply_descriptions(SHOP, said)
    assert caught.value.message.startswith("the setting descriptions: ")
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_table_and_a_column_are_found_by_name_or_the_nearest_is_told() -> None:
    orders = find_table(SHOP, "ORDERS")
    assert find_column(orders, "Total").name == "total"
    with pytest.raises(UsageError, match=r"there is no table PAYMENTS \(did you mean ledger.payments\?\)"):
        find_table(SHOP, "PAYMENTS")
    with pytest.raises(UsageError, match=r"the table orders has no column Totl \(did you mean total\?\)"):
        find_column(orders, "Totl")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("tables: {ordrs: {}}", "tables.ordrs: there is no such table", "did you mean orders?"),
        ("tables: {orders: {columns: {totl: x}}}", "tables.orders.columns.totl", "did you mean total?"),
        ("tables: {orders: {descripton: x}}", "unknown key 'descripton'", "columns, description, synonyms, tags"),
        ("tables: {orders: {synonyms: sales}}", "tables.orders.synonyms must be a list", ""),
        ("tables: {orders: {description: 5}}", "tables.orders.description must be text", ""),
        ("tables: {orders: {columns: {no: x}}}", "tables.orders.columns must map names", ""),
        ("tables: [orders]", "tables must map names", ""),
        ("just text", ": it must map names", ""),
        ("tables: {", "not valid YAML", ""),
    ],
)
def test_a_mistake_in_the_file_is_named(text: str, message: str, hint: str, tmp_path: Path) -> None:
    file = tmp_path / "described.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        apply_descriptions(SHOP, file)
    assert str(file) in caught.value.message
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.yaml"):
        apply_descriptions(SHOP, tmp_path / "none.yaml")

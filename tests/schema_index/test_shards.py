"""Copies of one table by date, as one entry of the catalog."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from agent.dialects import open_reader
from agent.dialects.address import Address
from agent.records import Catalog, Column, ForeignKey, Policy, Table
from agent.schema_index.catalog_json import dump_catalog, load_catalog
from agent.schema_index.policy import apply_policy
from agent.schema_index.progress import silent
from agent.schema_index.reflect import reflect
from agent.schema_index.sample import sample_values
from agent.schema_index.shards import fold_shards

MakeDatabase = Callable[..., Address]

EVENTS = "".join(
    f"""
    CREATE TABLE events_202401{day:02} (id INTEGER PRIMARY KEY, customer_id INTEGER, kind TEXT);
    INSERT INTO events_202401{day:02} VALUES (1, 1, 'kind {day}');
    """
    for day in range(1, 6)
)


def tables(*names: str, columns: tuple[str, ...] = ("id",), schema: str = "") -> tuple[Table, ...]:
    return tuple(Table(name, tuple(Column(one, "INTEGER") for one in columns), schema) for name in names)


def folded(*given: Table) -> Catalog:
    return fold_shards(Catalog("sqlite", given))


@pytest.mark.parametrize(
    ("names", "pattern", "synonym"),
    [
        ("events_20231231 events_20240101 events_20240102", "events_YYYYMMDD", "events"),
        ("events_2024_01_01 events_2024_01_02 events_2024_01_03", "events_YYYY_MM_DD", "events"),
        ("events_202401 events_202402 events_202403", "events_YYYYMM", "events"),
        ("events_2024_01 events_2024_02 events_2024_03", "events_YYYY_MM", "events"),
        ("sales_2022 sales_2023 sales_2024", "sales_YYYY", "sales"),
        ("Sales2022Final Sales2023Final Sales2024Final", "SalesYYYYFinal", "sales final"),
        ("plan_2023_q4 plan_2024_q1 plan_2024_q2", "plan_YYYY_Q", "plan"),
        ("2022_sales 2023_sales 2024_sales", "YYYY_sales", "sales"),
    ],
)
def test_the_newest_stands_for_copies_that_differ_in_a_date(names: str, pattern: str, synonym: str) -> None:
    oldest, between, newest = names.split()
    catalog = folded(*tables(between, newest, oldest))
    [entry] = catalog.entries
    assert (entry.name, entry.pattern, entry.shards) == (newest, pattern, (oldest, between))
    assert entry.synonyms == (synonym,)
    assert len(catalog.tables) == 3
    assert fold_shards(catalog) == catalog
    copy = catalog.table(oldest)
    assert copy
    assert (copy.shard_of, copy.shards, copy.pattern) == (newest, (), "")


@pytest.mark.parametrize(
    "names",
    [
        "sales_2023 sales_2024",  # this and last year
        "t_20241301 t_20241302 t_20241399",  # no month has that number
        "t_1 t_2 t_3",
        "t_123202401 t_123202402 t_123202403",  # a part of a longer number
        "a_2022 b_2023 c_2024",
        "20240101 20240102 20240103",  # nothing is left that would tell what it is
        "t_2024 t_202401 t_20240101",
    ],
)
def test_other_numbers_are_no_series(names: str) -> None:
    catalog = folded(*tables(*names.split()))
    assert catalog.entries == catalog.tables


def test_only_tables_of_the_same_columns_and_schema_are_copies() -> None:
    one, two, three = "t_2022", "t_2023", "t_2024"
    wider = tables(three, columns=("id", "more"))
    elsewhere = tables(three, schema="old")
    assert len(folded(*tables(one, two), *wider).entries) == len(folded(*tables(one, two), *elsewhere).entries) == 3
    both = folded(*tables(one, two, three), *tables(one, two, three, schema="old"))
    assert [entry.id for entry in both.entries] == ["t_2024", "old.t_2024"]


def test_each_copy_is_known_and_only_the_newest_is_read_and_pointed_to(database: MakeDatabase) -> None:
    address = database(f"CREATE TABLE customers (id INTEGER PRIMARY KEY, event_id INTEGER); {EVENTS}")
    catalog = reflect(address)
    assert [entry.id for entry in catalog.entries] == ["customers", "events_20240105"]
    assert len(catalog.tables) == 6
    key = ForeignKey(("customer_id",), "customers", ("id",), inferred=True)
    assert all(table.foreign_keys == (key,) for table in catalog.tables if table.name != "customers")
    with closing(open_reader(address)) as reader:
        sampled, values = sample_values(catalog, reader, "all", silent)
    assert [(value.table, value.value) for value in values] == [("events_20240105", "kind 5")]
    assert sampled.table("events_20240101") == catalog.table("events_20240101")
    assert load_catalog(dump_catalog(sampled)) == sampled


def test_a_policy_that_hides_the_newest_leaves_the_others(database: MakeDatabase) -> None:
    catalog = reflect(database(EVENTS))
    left = apply_policy(catalog, Policy(tables=("events_20240101", "events_20240102", "events_20240103")))
    [entry] = left.entries
    assert (entry.id, entry.shards) == ("events_20240103", ("events_20240101", "events_20240102"))
    few = apply_policy(catalog, Policy(tables=("events_20240101", "events_20240102")))
    assert few.entries == few.tables
    assert not any(table.shard_of for table in few.tables)

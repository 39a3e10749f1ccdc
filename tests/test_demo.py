from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.demo import DESCRIPTIONS, ensure_shop
from agent.errors import DatabaseError, UsageError

TODAY = date(2026, 11, 21)
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_shop(tmp_path_factory.mktemp("shop"), TODAY)


@pytest.fixture(scope="module")
def shop(made: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(made)) as connection:
        yield connection


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path))


def tables_of(shop: sqlite3.Connection) -> dict[str, list[str]]:
    names = [name for (name,) in shop.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: [row[1] for row in shop.execute(f"PRAGMA table_info({name})")] for name in names}


def content(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def one(shop: sqlite3.Connection, sql: str) -> Any:
    (value,) = shop.execute(sql).fetchone()
    return value


def test_ten_tables_hold_about_fifty_thousand_rows(shop: sqlite3.Connection) -> None:
    counts = {table: one(shop, f"SELECT count(*) FROM {table}") for table in tables_of(shop)}
    assert len(counts) == 10
    assert 45_000 < sum(counts.values()) < 60_000
    assert counts["products"] == 200


def test_keys_are_declared_and_hold(shop: sqlite3.Connection) -> None:
    keys = {table: list(shop.execute(f"PRAGMA foreign_key_list({table})")) for table in tables_of(shop)}
    assert [table for table in keys if not keys[table]] == ["customers"]
    assert shop.execute("PRAGMA foreign_key_check").fetchall() == []
    assert one(shop, "PRAGMA integrity_check") == "ok"


def test_two_tables_are_joined_in_one_way_only(shop: sqlite3.Connection) -> None:
    links = {
        frozenset((table, key[2]))
        for table in tables_of(shop)
        for key in shop.execute(f"PRAGMA foreign_key_list({table})")
        if key[2] != table
    }
    reached = {"orders"}
    while grown := {table for link in links if link & reached for table in link} - reached:
        reached |= grown
    assert reached == set(tables_of(shop))
    assert len(links) == len(reached) - 1


# Each query finds the rows that would make the shop unbelievable.
WRONG = {
    "an order's total is not the sum of its items": """
        SELECT orders.id FROM orders LEFT JOIN order_items ON order_items.order_id = orders.id
        GROUP BY orders.id HAVING round(coalesce(sum(line_total), 0), 2) <> round(total, 2)""",
    "a line is not quantity times price": """
        SELECT id FROM order_items WHERE quantity < 1 OR round(quantity * unit_price, 2) <> line_total""",
    "what was paid is not what was ordered": """
        SELECT orders.id FROM orders JOIN payments ON payments.order_id = orders.id
        GROUP BY orders.id HAVING round(sum(amount), 2) <> round(total, 2)""",
    "someone ordered before signing up": """
        SELECT orders.id FROM orders JOIN customers ON customers.id = customer_id
        WHERE ordered_at < signed_up_on""",
    "something sold before its launch": """
        SELECT order_items.id FROM order_items JOIN orders ON orders.id = order_id
        JOIN products ON products.id = product_id WHERE ordered_at < launched_on""",
    "a parcel arrived before it left, or left before the order": """
        SELECT orders.id FROM orders JOIN shipments ON order_id = orders.id
        WHERE shipped_at <= ordered_at OR delivered_at <= shipped_at""",
    "the status does not fit the shipment": """
        SELECT orders.id FROM orders LEFT JOIN shipments ON order_id = orders.id
        WHERE (status IN ('pending', 'cancelled')) <> (shipments.id IS NULL)
        OR (status IN ('delivered', 'returned')) <> (delivered_at IS NOT NULL)""",
    "the status does not fit the returns": """
        SELECT id FROM orders WHERE (status = 'returned') <> (
            id IN (SELECT order_id FROM returns JOIN order_items ON order_items.id = order_item_id))""",
    "a cancelled order was paid": """
        SELECT orders.id FROM orders JOIN payments ON order_id = orders.id WHERE status = 'cancelled'""",
    "a web order has a seller, or another has none": """
        SELECT id FROM orders WHERE (channel = 'web') <> (employee_id IS NULL)""",
    "a product sells below its cost": "SELECT id FROM products WHERE price <= cost OR cost <= 0",
    "two products or customers share a name": """
        SELECT name FROM products GROUP BY name HAVING count(*) > 1
        UNION ALL SELECT name FROM customers GROUP BY name HAVING count(*) > 1""",
    "an employee manages themselves": "SELECT id FROM employees WHERE manager_id = id",
}


@pytest.mark.parametrize("sql", WRONG.values(), ids=WRONG.keys())
def test_the_shop_is_consistent(shop: sqlite3.Connection, sql: str) -> None:
    assert shop.execute(sql).fetchall() == []


# Each query finds what people like to ask about; there must be some.
INTERESTING = {
    "customers who never ordered": "SELECT * FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
    "customers without a phone": "SELECT * FROM customers WHERE phone IS NULL",
    "products never sold": "SELECT * FROM products WHERE id NOT IN (SELECT product_id FROM order_items)",
    "products sold, never reviewed": """
        SELECT * FROM order_items WHERE product_id NOT IN (
            SELECT product_id FROM reviews JOIN order_items ON order_items.id = order_item_id)""",
    "discontinued products": "SELECT * FROM products WHERE is_discontinued",
    "orders with two payments": "SELECT order_id FROM payments GROUP BY order_id HAVING count(*) > 1",
    "parcels under way": "SELECT * FROM shipments WHERE delivered_at IS NULL",
    "reviews without words": "SELECT * FROM reviews WHERE comment IS NULL",
}


@pytest.mark.parametrize("sql", INTERESTING.values(), ids=INTERESTING.keys())
def test_the_shop_has_exceptions_to_ask_about(shop: sqlite3.Connection, sql: str) -> None:
    assert shop.execute(sql).fetchone() is not None


def test_values_are_few_and_known(shop: sqlite3.Connection) -> None:
    def values(column: str, table: str) -> set[Any]:
        return {value for (value,) in shop.execute(f"SELECT DISTINCT {column} FROM {table}")}

    assert values("status", "orders") == {"pending", "shipped", "delivered", "cancelled", "returned"}
    assert values("channel", "orders") == {"web", "phone", "store"}
    assert values("segment", "customers") == {"consumer", "small business", "enterprise"}
    assert values("rating", "reviews") == {1, 2, 3, 4, 5}
    assert len(values("country", "customers")) >= 12


def test_business_grows_and_has_a_season(shop: sqlite3.Connection) -> None:
    months = Counter(month for (month,) in shop.execute("SELECT substr(ordered_at, 1, 7) FROM orders"))
    assert len(months) == 37
    assert months["2024-10"] < months["2025-10"] < months["2026-10"]
    assert months["2025-12"] > max(months["2025-08"], months["2026-02"])


@pytest.mark.parametrize(
    "today",
    [date(2027, 1, 1), date(2028, 2, 29), date(2026, 12, 31)],
    ids=lambda today: today.isoformat(),
)
def test_each_recent_time_has_orders_and_the_future_has_none(tmp_path: Path, today: date) -> None:
    yesterday = today - timedelta(days=1)
    last_month = today.replace(day=1) - timedelta(days=1)
    with closing(sqlite3.connect(ensure_shop(tmp_path, today))) as shop:
        days = Counter(day for (day,) in shop.execute("SELECT date(ordered_at) FROM orders"))
        assert days[today.isoformat()] > 0
        assert days[yesterday.isoformat()] > 0
        assert sum(n for day, n in days.items() if day.startswith(f"{last_month:%Y-%m}")) > 100
        for table, columns in tables_of(shop).items():
            for column in columns:
                if column.endswith(("_at", "_on")):
                    assert one(shop, f"SELECT max(date({column})) FROM {table}") <= today.isoformat()


def test_the_same_day_makes_the_same_rows_in_another_process(made: Path, tmp_path: Path) -> None:
    code = f"""
from datetime import date
from pathlib import Path
from agent.demo import ensure_shop
ensure_shop(Path({str(tmp_path)!r}), date.fromisoformat("{TODAY}"))
"""
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)
    assert content(tmp_path / "shop.db") == content(made)


def test_the_shop_stays_for_its_month(copy: Path) -> None:
    before = copy.stat()
    for day in (1, 30):
        assert ensure_shop(copy.parent, TODAY.replace(day=day)) == copy
    assert (copy.stat().st_ino, copy.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_shop_is_remade_after_its_month_and_a_running_reader_is_not_disturbed(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as reader:
        rows = reader.execute("SELECT id FROM orders ORDER BY id")
        first = rows.fetchone()
        ensure_shop(copy.parent, date(2026, 12, 1))
        rest = rows.fetchall()
        assert [first, *rest] == [(n + 1,) for n in range(one(reader, "SELECT count(*) FROM orders"))]
        assert one(reader, "SELECT max(date(ordered_at)) FROM orders") == "2026-11-21"
    with closing(sqlite3.connect(copy)) as remade:
        assert one(remade, "SELECT max(date(ordered_at)) FROM orders") == "2026-12-01"


@pytest.mark.parametrize("damage", ["other", "cut short"])
def test_a_damaged_file_is_remade(copy: Path, damage: str) -> None:
    copy.write_bytes(b"not a database" if damage == "other" else copy.read_bytes()[:20_000])
    ensure_shop(copy.parent, TODAY)
    with closing(sqlite3.connect(copy)) as remade:
        assert one(remade, "PRAGMA integrity_check") == "ok"
        assert one(remade, "SELECT count(*) FROM products") == 200


def test_nothing_half_written_is_left(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = copy.read_bytes()

    def interrupted(today: date) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("agent.demo.generate.generate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ensure_shop(copy.parent, date(2026, 12, 1))
    assert list(copy.parent.iterdir()) == [copy]
    assert copy.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_one_line_and_a_hint(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(DatabaseError) as caught:
        ensure_shop(file / "folder", TODAY)
    assert "\n" not in str(caught.value)
    assert "SQLWRIGHT_CACHE_DIR" in caught.value.hint


@pytest.mark.parametrize("today", [date.min, date.max])
def test_a_year_far_away_is_refused(tmp_path: Path, today: date) -> None:
    with pytest.raises(UsageError, match="year"):
        ensure_shop(tmp_path, today)


def test_every_table_and_column_is_described_and_nothing_else(shop: sqlite3.Connection) -> None:
    described = yaml.safe_load(DESCRIPTIONS.read_text(encoding="utf-8"))["tables"]
    assert {table: list(entry["columns"]) for table, entry in described.items()} == tables_of(shop)


def test_a_synonym_means_one_thing(shop: sqlite3.Connection) -> None:
    described = yaml.safe_load(DESCRIPTIONS.read_text(encoding="utf-8"))["tables"]
    columns = [column for entry in described.values() for column in entry["columns"].values()]
    entries = [*described.values(), *(column for column in columns if isinstance(column, dict))]
    synonyms = Counter(synonym for entry in entries for synonym in entry.get("synonyms", ()))
    tables = tables_of(shop)
    names = {*tables, *(column for of_table in tables.values() for column in of_table)}
    assert [synonym for synonym, count in synonyms.items() if count > 1 or synonym in names] == []
    assert all(entry["description"] for entry in entries)

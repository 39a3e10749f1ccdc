from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from agent.dialects.address import Address
from agent.records import Context, Question
from agent.schema_index.build import build_index
from agent.schema_index.embed import Encoder
from agent.schema_index.options import IndexOptions
from agent.schema_index.retrieve import MAX_CHARACTERS, retrieve
from agent.schema_index.store import SchemaIndex

SHOP = (Path(__file__).parent / "shop.sql").read_text(encoding="utf-8")
MakeDatabase = Callable[..., Address]


@pytest.fixture
def open_index(cache: Path, encoder: Encoder, database: MakeDatabase) -> Iterator[Callable[[str], SchemaIndex]]:
    opened: list[SchemaIndex] = []

    def make(sql: str) -> SchemaIndex:
        opened.append(build_index(database(sql), IndexOptions(cache)))
        return opened[-1]

    yield make
    for index in opened:
        index.close()


def ask(index: SchemaIndex, text: str, limit: int | None = None) -> Context:
    return retrieve(Question(text, date(2024, 6, 1)), index, limit)


def ids(context: Context) -> list[str]:
    return [scored.table.id for scored in context.tables]


def test_a_small_schema_is_given_whole_with_reasons(open_index: Callable[[str], SchemaIndex]) -> None:
    context = ask(open_index(SHOP), "How many purchases were made by people in Germany?")
    assert len(context.tables) == len(context.catalog.tables) == 5
    best = context.tables[0]
    assert best.table.id in {"customers", "german_customers"}
    assert any(reason.startswith("'Germany' is stored in country") for t in context.tables for reason in t.reasons)
    scores = [scored.score for scored in context.tables]
    assert scores == sorted(scores, reverse=True)
    orders = next(scored for scored in context.tables if scored.table.id == "orders")
    assert any(" is close (0." in reason for reason in orders.reasons)


def test_a_name_in_the_question_wins(open_index: Callable[[str], SchemaIndex]) -> None:
    index = open_index(SHOP)
    for name in ("order_items", "order items", "Order Item"):
        best = ask(index, f"show the {name}").tables[0]
        assert (best.table.id, best.reasons[0]) == ("order_items", "name matches 'order item'")


def test_an_exact_code_beats_its_near_neighbours(open_index: Callable[[str], SchemaIndex]) -> None:
    names = ("IBE", "OBE", "IBF", "IDE", "ABE")
    index = open_index(";".join(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY)" for name in names))
    assert [ids(ask(index, f"count {name} rows"))[0] for name in names] == list(names)


def test_a_limit_keeps_what_joins_the_best(open_index: Callable[[str], SchemaIndex]) -> None:
    index = open_index(SHOP)
    context = ask(index, "customers and products", limit=4)
    assert set(ids(context)) == {"customers", "products", "orders", "order_items"}
    assert len(ask(index, "customers and products", limit=2).tables) == 2


def test_a_large_schema_is_cut_to_its_best_tables(open_index: Callable[[str], SchemaIndex]) -> None:
    columns = ", ".join(f"{'measurement_' * 10}{n} REAL" for n in range(5))
    others = ";".join(f"CREATE TABLE station_{n} (id INTEGER PRIMARY KEY, {columns})" for n in range(45))
    context = ask(open_index(f"{SHOP};{others}"), "total of the orders per customer")
    given = sum(len(c.name) + len(c.type) for scored in context.tables for c in scored.table.columns)
    assert {"orders", "customers"} <= set(ids(context)[:5])
    assert len(context.tables) < len(context.catalog.tables)
    assert given <= MAX_CHARACTERS


def test_odd_questions_are_answered(open_index: Callable[[str], SchemaIndex]) -> None:
    index = open_index(SHOP)
    for text in ("", "?", 'AND OR NOT "x* NEAR(', "the of and", "orders " * 20_000, "\x00\ud800"):
        assert len(ask(index, text).tables) == 5

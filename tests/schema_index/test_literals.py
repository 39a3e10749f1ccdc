from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.schema_index import literals, names, value_table
from agent.schema_index.index_file import locked
from agent.schema_index.literals import count_values, find_values, write_values
from agent.schema_index.progress import silent
from agent.schema_index.sample import StoredValue

VALUES = [
    StoredValue("customers", "country", value)
    for value in ("Germany", "United States", "IN", "US", "Côte d'Ivoire")
] + [
    StoredValue("customers", "city", value) for value in ("New York", "New York City", "Köln", "York")
] + [
    StoredValue("products", "category", value)
    for value in ("Smartphones", "IT", "Other", "2024", "All", "14-inch laptops", "With", "no", "SUV", "C#", "B+")
] + [StoredValue("shops", "country", "Germany")] + [
    StoredValue("顧客", "都市", value)
    for value in ("上海", "上海自贸区", "東京", "有", "女", "서울", "ABC公司", "上海银行股份", "パリ", "Łódź")
]  # fmt: skip


def made(values: list[StoredValue]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for statement in (*names.TABLES, *literals.TABLES):
        connection.execute(statement)
    write_values(connection, values)
    return connection


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(made(VALUES)) as connection:
        yield connection


def found(question: str, index: sqlite3.Connection) -> list[str]:
    return [f"{match.table}.{match.column}={match.value}" for match in find_values(question, index)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("orders in germany", ["customers.country=Germany", "shops.country=Germany"]),
        ("cote d ivoire", ["customers.country=Côte d'Ivoire"]),
        ("sales in KOLN, please", ["customers.city=Köln"]),
        ("sold in Ko\u0308ln", ["customers.city=Köln"]),
        ("one smartphone", ["products.category=Smartphones"]),
        ("14 inch laptop sales", ["products.category=14-inch laptops"]),
        ("from New York City", ["customers.city=New York City"]),
        ("New York and York", ["customers.city=New York", "customers.city=York"]),
        ("does it show us in no other order", ["products.category=Other"]),
        ("people of IT in the US", ["products.category=IT", "customers.country=US"]),
        ("all orders with 2024", []),
        ("the united states", ["customers.country=United States"]),
        ("how many SUVs", ["products.category=SUV"]),
        ("how many suvs", []),
        ("who writes C# here", ["products.category=C#"]),
        ("who writes C here", []),
        ("a grade of B+?", ["products.category=B+"]),
        ("a grade of B", []),
        ("", []),
        ("?!", []),
    ],
)
def test_which_values_occur_in_a_question(question: str, expected: list[str], index: sqlite3.Connection) -> None:
    assert found(question, index) == expected
    assert not any(match.distance for match in find_values(question, index))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("上海的客户有多少", ["上海"]),
        ("上海自贸区的客户", ["上海自贸区"]),
        ("女客户有多少", ["女"]),
        ("東京の顧客は何人ですか", ["東京"]),
        ("서울에서 온 고객", ["서울"]),
        ("查询ABC公司的订单", ["ABC公司"]),
        ("上海银行的订单", ["上海"]),
        ("バリの顧客", []),
        ("パリとlodzの顧客", ["Łódź", "パリ"]),
    ],
)
def test_values_without_blanks_around_them(question: str, expected: list[str], index: sqlite3.Connection) -> None:
    assert [match.value for match in find_values(question, index)] == expected


def test_the_phrase_is_as_asked_and_longer_ones_come_first(index: sqlite3.Connection) -> None:
    matches = find_values("york or new  york city", index)
    assert [match.phrase for match in matches] == ["new  york city", "york"]


def test_a_very_long_question_is_read_at_its_beginning(index: sqlite3.Connection) -> None:
    assert found("Köln " + "word " * 100_000, index) == ["customers.city=Köln"]
    assert found("東京" + "客" * 100_000, index) == ["顧客.都市=東京"]


def test_a_long_value_is_found_whole() -> None:
    title = "The Very Long Tale of a Man Who Sold His Lamp"
    with closing(made([StoredValue("films", "title", title), StoredValue("films", "title", "The Very")])) as index:
        assert found(f"who wrote {title.lower()} in 1999", index) == [f"films.title={title}"]


def test_a_value_tells_in_how_many_columns_it_is_stored() -> None:
    values = [StoredValue(f"table_{n}", column, "Active") for n in range(60) for column in ("state", "was")]
    with closing(made([*values, StoredValue("table_1", "place", "Porto")])) as index:
        matches = find_values("active ones in Porto", index)

    assert {match.columns for match in matches if match.value == "Active"} == {120}
    assert [match.columns for match in matches if match.value == "Porto"] == [1]
    assert len(matches) == literals.MAX_COLUMNS + 1


def test_writing_replaces_all_or_some_tables() -> None:
    with closing(made(VALUES)) as index:
        write_values(index, VALUES)
        assert count_values(index) == len(VALUES)

        changed = [StoredValue("customers", "country", "France"), StoredValue("customers", "city", "Porto")]
        write_values(index, changed, {"customers", "shops"})

        assert found("Germany, France, Porto, New York, Smartphones", index) == [
            "products.category=Smartphones",
            "customers.country=France",
            "customers.city=Porto",
        ]
        kept = [value for value in VALUES if value.table not in {"customers", "shops"}]
        assert contents(index) == contents(made([*kept, *changed]))
        write_values(index, [], {"customers", "products", "顧客", "nothing"})
        assert count_values(index) == 0
        assert contents(index) == contents(made([]))


def contents(index: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """What the value index holds, without the numbers that it gives to columns and words."""
    index.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, spelling, col)")
    statements = {
        "values": "SELECT key, table_id, [column], value FROM value JOIN value_column c ON c.id = column_id",
        "columns": 'SELECT table_id, "column", "values" FROM value_column',
        "words": "SELECT word, uses FROM value_word",
        "trigrams": "SELECT term, doc FROM terms",
    }
    held = {name: sorted(index.execute(sql).fetchall()) for name, sql in statements.items()}
    index.execute("DROP TABLE temp.terms")
    return held


def test_what_is_replaced_leaves_no_trace_in_the_file(tmp_path: Path) -> None:
    secret = [StoredValue("patients", "illness", "Qzxjvkw syndrome")]
    with locked(tmp_path, silent) as db:
        write_values(db, [*VALUES, *secret])
    stored = next(tmp_path.glob("index-*.db"))
    assert b"zxjvkw" in stored.read_bytes() and b"xjv" in stored.read_bytes()
    with locked(tmp_path, silent) as db:
        write_values(db, [], {"patients"})

    for part in tmp_path.glob("index-*.db*"):
        assert not any(trace in part.read_bytes().lower() for trace in (b"zxjvkw", b"xjv", b"jvk", b"vkw"))


def test_the_size_is_bounded_and_what_is_left_out_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(value_table, "MAX_VALUES", 5)
    monkeypatch.setattr(value_table, "MAX_COLUMN_VALUES", 3)
    with closing(made([])) as index:
        long = StoredValue("a", "long", "word " * 17)
        assert write_values(index, [long, *(StoredValue("a", "x", f"value {n}") for n in range(10))]) == 8
        assert write_values(index, [StoredValue("b", "y", f"other {n}") for n in range(3)], {"b"}) == 1
        assert count_values(index) == 5
        assert found("value 1, value 5, other 1, other 2", index) == ["a.x=value 1", "b.y=other 1"]
        # A value that comes twice counts once.
        assert write_values(index, [StoredValue("b", "y", "Twice")] * 4, {"a", "b"}) == 0
        assert contents(index) == contents(made([StoredValue("b", "y", "Twice")]))

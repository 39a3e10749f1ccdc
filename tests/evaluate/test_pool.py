"""Reading the tables and questions of a retrieval set."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.evaluate.pool import read_pool
from agent.records import Column, ForeignKey
from agent.schema_index.sample import StoredValue
from tests.evaluate.conftest import FIXTURES

TABLE: dict[str, Any] = {"id": "t9", "db": "d", "table": "t", "columns": [{"name": "a", "type": "TEXT"}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FIXTURES / "pool", tmp_path / "pool")
    return tmp_path / "pool"


def add(path: Path, *records: object) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{record if isinstance(record, str) else json.dumps(record)}\n" for record in records)


def test_every_database_is_a_schema_of_one_catalog() -> None:
    pool = read_pool(FIXTURES / "pool")

    assert [table.id for table in pool.catalog.tables] == [
        "cinema.films",
        "cinema.screenings",
        "garden.beds",
        "garden.plants",
        "garden.films",
    ]
    assert [question.gold for question in pool.questions] == [
        ("cinema.films",),
        ("cinema.films", "cinema.screenings"),
        ("garden.beds", "garden.plants"),
        ("garden.films",),
    ]
    assert not pool.faults


def test_what_a_file_says_of_a_table_is_kept() -> None:
    pool = read_pool(FIXTURES / "pool")
    films, screenings, beds, plants, _ = pool.catalog.tables

    assert films.comment == "what is shown"
    assert films.primary_key == ("id",)
    assert films.column("title") == Column("title", "TEXT", "text", samples=("Harbour Lights", "Nine Doors"))
    assert screenings.primary_key == ("id",)
    assert screenings.column("tickets") == Column("tickets", "INTEGER", "integer", comment="how many were sold")
    assert beds.column("area") == Column("area", "REAL", "number")
    assert plants.foreign_keys == (ForeignKey(("stands_in",), "garden.beds", ("code",)),)
    assert pool.values == (
        StoredValue("cinema.films", "title", "Harbour Lights"),
        StoredValue("cinema.films", "title", "Nine Doors"),
        StoredValue("garden.beds", "code", "north"),
        StoredValue("garden.beds", "code", "south"),
        StoredValue("garden.plants", "name", "sage"),
    )


def test_keys_that_nobody_declared_are_inferred_within_their_database() -> None:
    screenings = read_pool(FIXTURES / "pool").catalog.table("cinema.screenings")

    # There are films in the garden too.
    assert screenings is not None
    assert screenings.foreign_keys == (ForeignKey(("film_id",), "cinema.films", ("id",), inferred=True),)


def test_the_key_tells_pools_apart_by_their_tables_alone(folder: Path) -> None:
    before = read_pool(folder).key
    add(folder / "questions.jsonl", {"id": "q9", "db": "cinema", "question": "rooms", "gold_tables": ["t2"]})
    assert read_pool(folder).key == before
    add(folder / "tables.jsonl", TABLE)
    assert read_pool(folder).key != before


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{not json", "line 6: it is not JSON: Expecting property name enclosed in double quotes at character 2"),
        ("[1]", "line 6: it is not a JSON object"),
        (TABLE | {"db": None}, "line 6: db is missing"),
        (TABLE | {"table": ["t"]}, "line 6: table is not text"),
        (TABLE | {"id": " "}, "line 6: id is empty"),
        (TABLE | {"columns": []}, "line 6: columns is not a list of objects"),
        (TABLE | {"columns": "a, b"}, "line 6: columns is not a list"),
        (TABLE | {"columns": [{"name": "a"}, {"name": "A"}]}, "line 6: a column is there twice"),
        (TABLE | {"rows": [[1, 2]]}, "line 6: a row is not a list with a value for each column"),
        (TABLE | {"foreign_keys": ["t1"]}, "line 6: foreign_keys is not a list of objects"),
        (TABLE | {"foreign_keys": [{"columns": ["a"], "table": "t1"}]}, "table t9: a foreign key is incomplete"),
        (TABLE | {"db": "Cinema", "table": "FILMS"}, "a table is there twice"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_by_its_line(folder: Path, line: object, says: str) -> None:
    add(folder / "tables.jsonl", line)

    with pytest.raises(UsageError) as caught:
        read_pool(folder)
    assert says in caught.value.message
    assert "\n" not in str(caught.value)


def test_a_question_that_cannot_be_used_is_left_out_and_told(folder: Path) -> None:
    asked = {"id": "q9", "db": "cinema", "question": "rooms", "gold_tables": ["t2"]}
    add(
        folder / "questions.jsonl",
        "",
        asked | {"gold_tables": ["t2", "t77"]},
        asked | {"gold_tables": []},
        asked | {"question": 7.5},
        asked,
    )
    pool = read_pool(folder)

    assert [question.id for question in pool.questions] == ["q1", "q2", "q3", "q4", "q9"]
    assert [fault.partition("questions.jsonl, ")[2] for fault in pool.faults] == [
        "line 6: tables.jsonl has no table t77",
        "line 7: gold_tables names no table",
        "line 8: question is not text",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot read"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"SQLite format 3\x00\xff", "line 1: it is not UTF-8"),
        (b"id,db,question\n1,cinema,how many\n", "line 1: it is not JSON"),
        (b"[" * 100_000, "line 1"),
    ],
)
def test_a_wrong_file_is_told_in_a_line(folder: Path, content: bytes | None, says: str) -> None:
    (folder / "questions.jsonl").unlink()
    if content is not None:
        (folder / "questions.jsonl").write_bytes(content)

    with pytest.raises(UsageError, match=says) as caught:
        read_pool(folder)
    assert "\n" not in str(caught.value)

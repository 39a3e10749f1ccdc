"""Text in a database that gives orders: it stays data, whoever drafts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import yaml

from agent import Agent
from agent.errors import UnsafeError
from tests.drafters.ollama_server import OllamaServer

TEXTS = yaml.safe_load((Path(__file__).parents[1] / "fixtures" / "safety" / "injection.yaml").read_text("utf-8"))
TODAY = date(2026, 11, 21)
QUESTIONS = ("how many orders are there?", "orders per status", "total of orders per customer", "list customers")


def database(path: Path, names: list[str]) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, note TEXT);
            CREATE TABLE orders (
                id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), status TEXT, total REAL
            );
            """
        )
        for number, name in enumerate(names, 1):
            connection.execute("INSERT INTO customers VALUES (?, ?, ?)", (number, name, name))
            connection.execute("INSERT INTO orders VALUES (?, ?, ?, 5)", (number, number, name))
        connection.commit()
    return path


def descriptions(path: Path) -> Path:
    said = " ".join(TEXTS)
    path.write_text(yaml.safe_dump({"tables": {"orders": {"description": said, "columns": {"status": said}}}}))
    return path


def test_the_built_in_drafter_writes_the_same_sql(tmp_path: Path) -> None:
    plain = database(tmp_path / "plain.db", [f"name {number}" for number in range(len(TEXTS))])
    hostile = database(tmp_path / "hostile.db", TEXTS)
    with (
        Agent.connect(plain, today=TODAY) as expected,
        Agent.connect(hostile, today=TODAY, descriptions=descriptions(tmp_path / "said.yaml")) as asked,
    ):
        for question in QUESTIONS:
            assert asked.draft(question).sql == expected.draft(question).sql
        assert asked.ask(QUESTIONS[0]).rows == ((len(TEXTS),),)


@pytest.mark.parametrize("order", ["DROP TABLE orders", "SELECT * FROM sqlite_master", "PRAGMA writable_schema = 1"])
def test_a_model_that_obeys_is_stopped(
    order: str, ollama: OllamaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLWRIGHT_VALUES", "all")
    hostile = database(tmp_path / "hostile.db", TEXTS)
    before = hostile.read_bytes()
    ollama.queue(*[f"```sql\n{order}\n```"] * 4)
    with (
        Agent.connect(hostile, model="ollama:fake", today=TODAY) as asked,
        pytest.raises(UnsafeError),
    ):
        asked.ask("how many orders have the status paid?")

    assert ollama.requests
    assert hostile.read_bytes() == before

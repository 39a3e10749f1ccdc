"""What users of other tools suffer with local models, through the whole flow and the official client."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from agent import Agent
from agent.records import Verdict
from tests.drafters.ollama_server import OllamaServer, fenced

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("name", ["[Order Id]", "`Order Id`", '"Order Id"'])
def test_a_quoted_name_arrives_as_it_was_written(ollama: OllamaServer, tmp_path: Path, name: str) -> None:
    with closing(sqlite3.connect(tmp_path / "sales.db")) as database:
        database.executescript('CREATE TABLE sales ("Order Id" INTEGER); INSERT INTO sales VALUES (4711)')
    ollama.queue(fenced(f"SELECT {name} FROM sales"))
    with Agent.connect(tmp_path / "sales.db", model="ollama:fake", today=TODAY) as asked:
        answer = asked.ask("the ids of all sales")

    assert answer.columns == ("Order Id",)
    assert answer.rows == ((4711,),)


def test_the_first_of_a_list_stays_the_first(ollama: OllamaServer, tmp_path: Path) -> None:
    with closing(duckdb.connect(str(tmp_path / "notes.duckdb"))) as database:
        database.execute("CREATE TABLE notes (tags VARCHAR[])")
        database.execute("INSERT INTO notes VALUES (['red', 'blue'])")
    ollama.queue(fenced("SELECT tags[1] AS tag FROM notes"))
    with Agent.connect(tmp_path / "notes.duckdb", model="ollama:fake", today=TODAY) as asked:
        assert asked.ask("the first tag of each note").rows == (("red",),)


def test_sql_of_another_dialect_is_named_and_repaired(ollama: OllamaServer) -> None:
    ollama.queue(
        fenced("SELECT DATE_TRUNC('month', ordered_at) AS month, COUNT(*) AS n FROM orders GROUP BY 1"),
        fenced("SELECT STRFTIME('%Y-%m', ordered_at) AS month, COUNT(*) AS n FROM orders GROUP BY 1"),
    )
    with Agent.connect(model="ollama:fake", today=TODAY) as asked:
        steps = list(asked.steps("orders per month"))

    first, second = [step for step in steps if isinstance(step, Verdict)]
    assert first.query is None
    assert second.query is not None
    found = ollama.prompt(1).split("<findings>")[-1].split("</findings>")[0]
    assert "date_trunc" in found.lower()
    assert "strftime" in found.lower()


def test_the_limit_of_rows_cuts_what_is_shown_and_no_count(ollama: OllamaServer, shop: Agent) -> None:
    ollama.queue(fenced("SELECT COUNT(*) AS n FROM customers"))
    with Agent.connect(model="ollama:fake", today=TODAY, limit=1) as asked:
        answer = asked.ask("how many customers are there?")

    assert answer.rows == shop.ask("how many customers are there?").rows
    assert not answer.truncated

"""Each family of models is asked as it was trained to be, and its SQL is found where it writes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from agent import Agent
from agent.errors import NotUnderstoodError
from agent.settings_file import FILE_NAME
from tests.drafters.ollama_server import Model, OllamaServer, Says, said_in

TODAY = date(2026, 11, 21)
SHOP = """
CREATE TABLE orders ("Order Id" INTEGER PRIMARY KEY, status TEXT, total INTEGER);
INSERT INTO orders VALUES (1, 'paid; late', 5), (2, 'open', 7), (3, 'paid; late', 9);
"""
SQL = """SELECT COUNT("Order Id") AS n FROM orders WHERE status = 'paid; late'"""
QUESTION = "how many orders are paid; late?"

# Of each family its name on a server, how it replies, and what its prompt must have.
FAMILIES = {
    "qwen2.5-coder:7b": (Says(f"```sql\n{SQL};\n```"), "<question>\n"),
    "xiyansql-qwencoder-7b": (Says(f"{SQL};\n```\nThe query counts rows."), "【用户问题】\nhow many"),
    "xiyansql-qwencoder:3b": (Says(f"```sql\n{SQL}\n```"), "【Schema】\n# Table: orders"),
    "a-kore/arctic-text2sql-r1-7b:latest": (
        Says(f"<think>\nNot SELECT 1.\n```sql\nSELECT 2\n```\n</think>\n<answer>\n```sql\n{SQL};\n```\n</answer>"),
        "Database Engine:\nSQLite\n",
    ),
    "omnisql-7b": (
        Says(
            f"First we need the table:\n```sql\nSELECT * FROM orders\n```\nThe final query is:\n```sql\n{SQL};\n```\n"
        ),
        "Database Schema:\nCREATE TABLE orders (",
    ),
    "sqlcoder:7b": (Says(f" {SQL};"), "### Task\nGenerate a SQL query to answer [QUESTION]how many"),
    "sqlcoder:15b": (Says(f"\n[SQL]\n{SQL};\n[/SQL]\n"), "[SQL]"),
    "llama-3-sqlcoder-8b": (Says(f"\n{SQL};\n```"), "DDL statements:\n"),
    "deepseek-r1:8b": (Says(f"<think>\nHm.\n</think>\n\n```sql\n{SQL};\n```"), "one SQLite query"),
    "deepseek-coder-v2:16b": (Says(f" Here it is:\n\n```sql\n{SQL};\n```\n\nIt counts."), "<schema>\n"),
    "llama3.1:8b": (Says(f"```\n{SQL};\n```"), "<schema>\n# Table: orders"),
    "gpt-oss:20b": (Says(f"```sql\n{SQL}\n```", thinking="The user wants SELECT 1."), "<schema>\n"),
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Agent]:
    """Makes the agent that asks a model of the little shop."""
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.executescript(SHOP)

    def connected(model: str, **settings: Any) -> Agent:
        return Agent.connect(tmp_path / "shop.db", model=f"ollama:{model}", today=TODAY, **settings)

    return connected


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_asked_in_its_own_form(name: str, ollama: OllamaServer, shop: Callable[[str], Agent]) -> None:
    reply, told = FAMILIES[name]
    ollama.models = [Model(name if ":" in name else f"{name}:latest", capabilities=["completion", "thinking"])]
    ollama.queue(reply)
    with shop(name) as asked:
        answer = asked.ask(QUESTION)

    assert answer.rows == ((2,),)
    assert '"Order Id"' in answer.sql
    (request,) = ollama.requests
    assert told in said_in(request)
    assert bool(request.get("raw")) == ("sqlcoder" in name)
    assert request["options"]["repeat_penalty"] == 1
    if "messages" in request:
        system = [message for message in request["messages"] if message["role"] == "system"]
        # Where a card has no system message, the model's own format has the one of its training.
        assert bool(system) == name.startswith(("qwen", "deepseek-coder", "llama3.1", "gpt-oss"))
    assert request.get("think") == {"deepseek-r1:8b": True, "gpt-oss:20b": "low"}.get(
        name, "arctic" in name or "omnisql" in name if "messages" in request else None
    )


def test_duckdb_nsql_is_asked_in_its_own_form(ollama: OllamaServer, tmp_path: Path) -> None:
    with closing(duckdb.connect(str(tmp_path / "shop.duckdb"))) as connection:
        connection.execute(SHOP)
    ollama.models = [Model("duckdb-nsql:7b")]
    ollama.queue(Says(f" {SQL};"))
    with Agent.connect(tmp_path / "shop.duckdb", model="ollama:duckdb-nsql:7b", today=TODAY) as asked:
        assert asked.ask(QUESTION).rows == ((2,),)

    (request,) = ollama.requests
    assert request["raw"] is True
    assert request["prompt"].endswith(f"### Question:\n{QUESTION}\n\n### Response (use duckdb shorthand if possible):")


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("sqlcoder:7b", "I do not know"),
        ("llama-3-sqlcoder-8b:latest", "I do not know."),
        ("qwen3:8b", "CANNOT ANSWER: there are no employees"),
    ],
)
def test_a_family_that_cannot_answer_says_so_in_its_own_words(
    name: str, reply: str, ollama: OllamaServer, shop: Callable[[str], Agent]
) -> None:
    ollama.models = [Model(name)]
    ollama.queue(Says(reply))
    with shop(name) as asked, pytest.raises(NotUnderstoodError, match="says that it cannot answer"):
        asked.ask("who is our best employee?")


def test_a_repair_of_a_whole_text_comes_before_the_place_where_the_model_goes_on(
    ollama: OllamaServer, shop: Callable[[str], Agent]
) -> None:
    ollama.models = [Model("sqlcoder:7b")]
    ollama.queue(Says(" SELECT nothing FROM orders;"), Says(f" {SQL};"))
    with shop("sqlcoder:7b") as asked:
        assert asked.ask(QUESTION).rows == ((2,),)

    prompt = ollama.requests[1]["prompt"]
    assert "SELECT nothing FROM orders" in prompt.partition("### Failed Query")[2].partition("### Answer")[0]
    assert prompt.endswith("[/QUESTION]\n[SQL]")


def test_a_template_of_the_users_own_is_taken(
    ollama: OllamaServer, shop: Callable[[str], Agent], tmp_path: Path
) -> None:
    (tmp_path / FILE_NAME).write_text("prompts: own\n")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.md").write_text(
        "---\nname: mine\ntask: draft\nfamilies: ['fake*']\nschema: ddl\nsampling: {temperature: 0.25, top_k: 3}\n"
        "stop: ['<end>']\nreply_tokens: 99\nreply: after-marker\nmarker: 'SQL:'\n---\n"
        "## user\nHALLO {{schema}} {{question}}\n\n{{repairs}}\n\n## repair\n{{sql}} {{findings}}\n"
    )
    ollama.queue(Says(f"SELECT 1 is not it. SQL: {SQL}"))
    with shop("fake") as asked:
        assert asked.ask(QUESTION).rows == ((2,),)

    (request,) = ollama.requests
    assert said_in(request).startswith("HALLO CREATE TABLE orders (")
    options = request["options"]
    assert (options["temperature"], options["top_k"], options["stop"]) == (0.25, 3, ["<end>"])
    assert options["num_predict"] == 99

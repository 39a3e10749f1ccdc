"""`agent index`: what it says of what changed, and `--status`, which makes nothing."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent import Agent
from agent.cli.app import app


@pytest.fixture
def books(tmp_path: Path) -> Path:
    file = tmp_path / "books.db"
    change(file, "CREATE TABLE books (title TEXT); CREATE TABLE authors (name TEXT); INSERT INTO books VALUES ('Emma')")
    return file


def change(file: Path, sql: str) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.executescript(sql)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["index", *arguments])


def test_what_changed_is_counted_and_named(books: Path, shop: Agent) -> None:
    db = ("--db", str(books))
    assert "There is no index yet" in run("--status", *db).stdout
    assert run("--quiet", *db).stdout == ""
    status = run("--status", *db).stdout
    assert "2 tables, 2 columns, 4 documents" in status
    assert status.rstrip().endswith("up to date")
    change(books, "DROP TABLE authors; CREATE TABLE shops (city TEXT)")
    told = json.loads(run("--status", "--json", *db).stdout)["index"]
    assert told["drift"] == {"new": ["shops"], "changed": [], "dropped": ["authors"]}
    assert (told["up_to_date"], told["tables"], told["dimension"]) == (False, 2, 384)
    status = run("--status", *db).stdout
    assert "new      table shops" in status
    assert "dropped  table authors" in status
    assert run(*db).stdout == "The index is up to date: 2 tables, 2 columns (1 new, 1 dropped).\n"
    assert run(*db).stdout == "The index is up to date: 2 tables, 2 columns (nothing changed).\n"


def test_two_things_at_once_are_refused(books: Path) -> None:
    result = run("--status", "--untune", "--db", str(books))
    assert result.exit_code == 2
    assert "--status and --untune cannot be done at once" in result.stderr


def test_flags_say_which_tables_there_are_and_beat_the_settings(
    books: Path, shop: Agent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(books, "CREATE TABLE shops (city TEXT)")
    monkeypatch.chdir(tmp_path)
    Path("sqlwright.yaml").write_text(f"connections: {{books: {{url: {books}, exclude: [books]}}}}", "utf-8")
    assert "1 tables" in run("--db", "books", "--include", "book*", "--exclude", "shops").stdout
    asked = CliRunner().invoke(app, ["ask", "how many books", "--db", "books", "--exclude", "shops", "-q"])
    assert asked.stdout.split()[-1] == "1"
    assert "2 tables" in run("--db", "books").stdout

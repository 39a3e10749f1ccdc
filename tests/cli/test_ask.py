"""`agent ask` in this process: what it prints where, and how it ends."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from typer.testing import CliRunner, Result

from agent.cli.app import app
from tests.drafters.ollama_server import Model, OllamaServer

TODAY = "2026-11-21"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments])


def ask(question: str, *options: str) -> Result:
    return run("ask", question, "--today", TODAY, *options)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small database whose names need care."""
    path = tmp_path_factory.mktemp("library") / "my library.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            CREATE TABLE "Group" (id INTEGER PRIMARY KEY, "full name" TEXT, "größe" INTEGER);
            CREATE TABLE "Order" (id INTEGER PRIMARY KEY, group_id INTEGER REFERENCES "Group" (id), "Sum €" REAL,
                                  note TEXT);
            CREATE TABLE "it's ""odd"" " (id INTEGER PRIMARY KEY, "select" TEXT);
            INSERT INTO "Group" VALUES (1, 'Readers', 12), (2, 'Writers', 7);
            INSERT INTO "Order" VALUES (1, 1, 9.5, 'a'), (2, 1, 3, x'ff00'), (3, 2, 4, char(27) || '[31mred');
            INSERT INTO "it's ""odd"" " VALUES (1, 'x');
            """
        )
        database.commit()
    return path


def test_the_answer_is_on_stdout_and_what_it_rests_on_on_stderr() -> None:
    result = ask("top customers last month")

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split()[0] == "name"
    assert len(lines) == 11
    assert "demo shop" in result.stderr
    assert "SELECT" in result.stderr
    assert "Tables" in result.stderr
    assert "last month = 2026-10-01 to 2026-10-31 by orders.ordered_at" in result.stderr
    assert "top = by sum of orders.total, first 10" in result.stderr
    assert "\x1b" not in result.output


def test_quiet_says_nothing_but_the_rows() -> None:
    result = ask("how many customers do we have", "--quiet")

    assert result.stderr == ""
    assert result.stdout.splitlines()[0] == "customer_count"


def test_csv_is_rows_only() -> None:
    result = ask("how many orders per country?", "--format", "csv", "-q")

    header, *rows = result.stdout.splitlines()
    assert header == "country,order_count"
    assert all(len(row.split(",")) == 2 for row in rows)


def test_json_is_one_envelope() -> None:
    result = ask("revenue last quarter", "--format", "json", "-q")

    envelope = json.loads(result.stdout)
    assert envelope["version"] == 1
    assert envelope["question"] == "revenue last quarter"
    assert envelope["columns"] == ["total"]
    assert envelope["tables"] == ["orders"]
    assert envelope["sql"].startswith("SELECT")
    assert envelope["truncated"] is False
    assert 0 < envelope["confidence"] <= 1
    assert any("2026-07-01 to 2026-09-30" in line for line in envelope["assumptions"])


def test_sql_only_prints_the_checked_sql() -> None:
    result = ask("top customers last month", "--sql-only", "-q")

    assert result.exit_code == 0
    assert result.stdout.startswith("SELECT")
    assert "LIMIT 10" in result.stdout


def test_a_question_goes_on_from_those_before_it() -> None:
    before = ("--after", "names of customers in Germany", "--after", "and in France?")
    result = ask("only enterprise", *before, "--sql-only")

    assert result.exit_code == 0
    assert "customers.country = 'France'" in result.stdout
    assert "customers.segment = 'enterprise'" in result.stdout
    assert "as before, but customers.segment is enterprise" in result.stderr


def test_a_limit_that_cuts_is_said() -> None:
    cut = ask("list all products", "--limit", "7")
    whole = ask("cheapest 3 products", "--limit", "3")

    assert len(cut.stdout.splitlines()) == 8
    assert "Cut after 7 rows" in cut.stderr
    assert "Cut" not in whole.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["", "--today", TODAY], 2, "the question is empty"),
        ([" \n ", "--today", TODAY], 2, "the question is empty"),
        (["x" * 100_000, "--today", TODAY], 2, "100,000 characters"),
        (["how many orders", "--today", "soon"], 2, "soon"),
        (["how many orders", "--model", "gpt-17"], 2, "gpt-17"),
        (["how many orders", "--limit", "0"], 2, "limit: "),
        (["how many orders", "--timeout", "-1"], 2, "timeout: "),
        (["how many orders", "--db", ""], 2, "db: it is empty"),
        (["how many orders", "--db", "oracle://scott:tiger@host/db"], 2, "oracle"),
        (["delete all orders"], 3, "only reads"),
        (["what is the weather in Paris"], 3, "weather"),
        (["how many orders", "--db", "sqlite:///nowhere.db"], 4, "no such file"),
        (["how many orders", "--db", "nowhere.db"], 4, "no such file"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_bad_input_gets_one_line_and_its_exit_code(arguments: list[str], code: int, says: str) -> None:
    result = run("ask", *arguments, "--quiet")

    assert result.exit_code == code, result.output
    assert says in result.stderr
    assert result.stderr.count(says) == 1
    assert len(result.stderr.splitlines()) <= 2 or "Usage:" in result.stderr
    assert "tiger" not in result.output
    assert "Traceback" not in result.output
    assert result.stdout == ""


def test_a_database_without_tables_is_said(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()

    result = ask("how many orders", "--db", str(tmp_path / "empty.db"))

    assert result.exit_code == 4
    assert "no tables" in result.stderr


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("milk, bread, and a long list of other things")

    result = ask("how many orders", "--db", str(tmp_path / "notes.txt"))

    assert result.exit_code == 4
    assert "not an SQLite database" in result.stderr


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("how many groups", [["2"]]),
        ("number of orders per group", [["Readers", "2"], ["Writers", "1"]]),
        ("group full names", [["Readers"], ["Writers"]]),
        ("groups with größe over 10", [["Readers"]]),
        ("average größe of groups", [["9.5"]]),
        ("how many it's odd", [["1"]]),
    ],
)
def test_names_with_spaces_keywords_quotes_and_other_letters(
    library: Path, question: str, rows: list[list[str]]
) -> None:
    result = ask(question, "--db", str(library), "--format", "csv", "-q")

    assert result.exit_code == 0, result.stderr
    assert [line.split(",") for line in result.stdout.splitlines()[1:]] == rows


def test_stored_text_cannot_steer_the_terminal(library: Path) -> None:
    result = ask("notes of orders", "--db", str(library))

    assert result.exit_code == 0, result.stderr
    assert "\x1b" not in result.output
    assert "␛[31mred" in result.stdout
    assert "<2 bytes>" in result.stdout


def test_the_name_of_a_table_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "evil.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute('CREATE TABLE "evil\x1b[31m things" (id INTEGER PRIMARY KEY, "na\x1bme" TEXT)')
        database.commit()

    result = ask("how many things", "--db", str(path), "--debug")

    assert result.exit_code == 3
    assert "the hidden character U+001B" in result.stderr
    assert "\x1b" not in result.output


def test_debug_shows_the_trace(tmp_path: Path) -> None:
    result = ask("how many orders", "--db", str(tmp_path / "nowhere.db"), "--debug")

    assert result.exit_code == 4
    assert "Traceback" in result.stderr


def test_a_table_of_2000_columns_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "wide.db"
    with closing(sqlite3.connect(path)) as database:
        columns = ", ".join(f"reading_{n} REAL" for n in range(1_998))
        database.execute(f"CREATE TABLE stations (id INTEGER PRIMARY KEY, city TEXT, {columns})")
        database.execute("INSERT INTO stations (city, reading_5) VALUES ('Oslo', 3.5)")
        database.commit()

    result = ask("how many stations are there", "--db", str(path), "-q")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.split() == ["station_count", "1"]


def test_index_says_what_it_holds() -> None:
    result = run("index")

    assert result.exit_code == 0, result.stderr
    assert "10 tables" in result.stdout


def test_version_and_help() -> None:
    assert run("--version").stdout.startswith("sqlwright ")
    assert "ask" in run("--help").stdout


def test_json_lines_and_markdown_are_rows_only() -> None:
    lines = ask("how many orders per country?", "--format", "jsonl", "-q").stdout.splitlines()
    head, rule, *rows = ask("how many orders per country?", "--format", "markdown", "-q").stdout.splitlines()

    assert all(json.loads(line).keys() == {"country", "order_count"} for line in lines)
    assert (head, rule) == ("| country | order_count |", "| --- | ---: |")
    assert len(rows) == len(lines) > 3


def test_a_question_is_read_from_stdin() -> None:
    result = CliRunner().invoke(app, ["ask", "-", "--format", "json", "-q"], input="how many\ncustomers?\n")

    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["question"] == "how many\ncustomers?"


@pytest.mark.parametrize("typed", ["", " \n\n"])
def test_an_empty_stdin_is_no_question(typed: str) -> None:
    result = CliRunner().invoke(app, ["ask", "-", "-q"], input=typed)

    assert result.exit_code == 2
    assert "the question is empty" in result.stderr


def test_the_drafter_that_auto_takes_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where nothing listens, and none of the person who runs the tests.
    monkeypatch.setenv("SQLWRIGHT_OLLAMA", "http://127.0.0.1:9")
    monkeypatch.setenv("SQLWRIGHT_MODEL", "auto")
    said = "Drafting with the built-in drafter"

    assert said in ask("how many customers").stderr
    assert said not in ask("how many customers", "-q").stderr
    assert said not in ask("how many customers", "--model", "builtin").stderr


def test_the_model_that_auto_takes_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer().running() as server:
        server.models = [Model("qwen2.5-coder:7b")]
        server.queue("```sql\nSELECT COUNT(*) AS n FROM customers\n```")
        monkeypatch.setenv("SQLWRIGHT_OLLAMA", server.url)
        monkeypatch.setenv("SQLWRIGHT_MODEL", "auto")
        result = ask("how many customers", "--format", "csv")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("n\n")
    assert "Drafting with qwen2.5-coder:7b (Ollama)." in result.stderr


def test_the_name_of_a_connection_is_a_database(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sqlwright.yaml").write_text(f'connections: {{library: "{library}"}}\n')
    monkeypatch.chdir(tmp_path)

    assert ask("how many groups", "--db", "library", "--format", "csv", "-q").stdout == "Group_count\n2\n"
    unknown = ask("how many groups", "--db", "librray", "-q")
    assert unknown.exit_code == 2
    assert unknown.stderr == (
        "error: db: there is no connection and no file called librray\nhint: did you mean library?\n"
    )


def test_close_readings_are_listed_where_nobody_can_choose(tmp_path: Path) -> None:
    path = tmp_path / "parcels.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE parcels (id INTEGER PRIMARY KEY, sender_id INTEGER REFERENCES customers (id),
                                  recipient_id INTEGER REFERENCES customers (id));
            INSERT INTO customers VALUES (1, 'Ann'), (2, 'Ben');
            INSERT INTO parcels VALUES (1, 1, 2), (2, 1, 2), (3, 2, 1);
            """
        )
        database.commit()

    refused = ask("number of parcels per customer", "--db", str(path))
    taken = ask("number of parcels per customer", "--db", str(path), "--yes")

    assert refused.exit_code == 3
    assert refused.stdout == ""
    error, first, second, hint = refused.stderr.splitlines()[-4:]
    assert error == "error: the question can be read in 2 ways"
    assert first.startswith("  1  ")
    assert second.startswith("  2  ")
    assert "--yes" in hint
    assert taken.exit_code == 0, taken.stderr
    assert "it could also be" in taken.stderr


class ToyDialect(SQLiteDialect_pysqlite):
    """An engine that SQLAlchemy knows and sqlwright cannot run queries on: SQLite under another name."""

    name = "toy"
    supports_statement_cache = True


def test_sql_is_drafted_for_an_engine_that_no_query_can_run_on(library: Path) -> None:
    registry.impls["toy"] = lambda: ToyDialect

    asked = ask("how many groups", "--db", f"toy:///{library}", "-q")
    drafted = ask("how many groups", "--db", f"toy:///{library}", "-q", "--sql-only")

    assert asked.exit_code == 2
    assert asked.stderr.startswith("error: sqlwright cannot run queries on toy\nhint: ")
    assert len(asked.stderr.splitlines()) == 2
    assert drafted.exit_code == 0, drafted.stderr
    assert "COUNT(*)" in drafted.stdout


def test_forced_colours_are_those_of_what_people_read() -> None:
    result = CliRunner().invoke(
        app, ["ask", "how many customers", "--today", TODAY], env={"FORCE_COLOR": "1"}, color=True
    )

    assert "\x1b[" in result.stderr
    assert "\x1b" not in result.stdout

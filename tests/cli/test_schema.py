"""`agent schema`: what is said of a database goes into the settings file, and nothing else there changes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from agent import Agent
from agent.cli.app import app
from agent.config import load_settings
from agent.description_place import description_place
from agent.errors import AgentError
from agent.index_options import index_options
from agent.records import Catalog
from agent.schema_index.progress import silent
from agent.schema_index.read_schema import read_schema
from agent.settings_file import FILE_NAME, user_file
from agent.write_file import write_file
from tests.cli.terminal import agent, terminal

SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), amt REAL, state TEXT);
CREATE TABLE order_lines (id INTEGER PRIMARY KEY, order_id INTEGER, what TEXT);
INSERT INTO customers VALUES (1, 'Ann', 'Oslo'), (2, 'Bo', 'Rome');
INSERT INTO orders VALUES (1, 1, 5.0, 'open'), (2, 2, 7.5, 'paid');
INSERT INTO order_lines VALUES (1, 1, 'tea'), (2, 2, 'jam');
"""
SETTINGS = """\
# Our shop.
db: shop.db   # beside this file

limit: 0100
# The end.
"""


def schema(*arguments: str, answers: str | None = None) -> Result:
    return CliRunner().invoke(app, ["schema", *arguments], input=answers)


def said(file: str | Path = FILE_NAME) -> object:
    return yaml.safe_load(Path(file).read_text("utf-8"))["descriptions"]


def described(db: str | None = None) -> Catalog:
    """The database as an index would have it."""
    with Agent.connect(db) as agent:
        return read_schema(agent.address, index_options(agent.settings), silent)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a database, and its settings file."""
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect("shop.db")) as database:
        database.executescript(SHOP)
    Path(FILE_NAME).write_text(SETTINGS)
    return tmp_path / FILE_NAME


def test_what_is_said_is_added_to_the_settings_file(here: Path) -> None:
    mode = 0o640
    here.chmod(mode)

    first = schema("describe", "--table", "ORDERS", "--column", "Amt", "--description", "What was paid: in euros.")
    assert (first.exit_code, first.stdout) == (0, f"Wrote ORDERS.Amt to {FILE_NAME}.\n"), first.stderr
    schema("describe", "--table", "orders", "--synonym", "sales", "--synonym", "deals", "--tag", "finance")
    schema("describe", "--table", "orders", "--column", "amt", "--tag", "euros")
    schema("describe", "--term", "vip", "--meaning", "One who spends much.", "--table", "customers")
    last = schema("describe", "--term", "open", "--meaning", "Not paid.", "--table", "orders", "--column", "state")

    assert last.exit_code == 0, last.stderr
    assert here.read_text() == SETTINGS + (
        """\
descriptions:
  tables:
    orders:
      columns:
        amt:
          description: 'What was paid: in euros.'
          tags: [euros]
      synonyms: [sales, deals]
      tags: [finance]
  glossary:
    vip:
      meaning: One who spends much.
      tables: [customers]
    open:
      meaning: Not paid.
      columns: [orders.state]
"""
    )
    assert here.stat().st_mode & 0o777 == mode
    assert not list(here.parent.glob(".*"))
    catalog = described()
    orders = catalog.table("orders")
    assert orders and (orders.synonyms, orders.tags) == (("sales", "deals"), ("finance",))
    assert [term.columns for term in catalog.glossary] == [(), (("orders", "state"),)]


def test_another_text_is_replaced_or_kept_and_told(here: Path) -> None:
    schema("describe", "--table", "orders", "--description", "First.")
    assert "stands in" in schema("describe", "--table", "orders", "--description", "First.").stdout

    kept = schema("describe", "--table", "orders", "--description", "Second.", "--tag", "a", "--keep")
    assert said() == {"tables": {"orders": {"description": "First.", "tags": ["a"]}}}
    replaced = schema("describe", "--table", "orders", "--description", "Second.")
    assert said() == {"tables": {"orders": {"description": "Second.", "tags": ["a"]}}}

    assert "was left" in kept.stderr and "was replaced: tables.orders.description" in replaced.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--table", "ordrs", "--tag", "a"], "there is no table ordrs\nhint: did you mean orders?"),
        (["--table", "orders", "--column", "stat", "--tag", "a"], "has no column stat\nhint: did you mean state?"),
        (["--column", "state", "--tag", "a"], "is that of no table"),
        (["--term", "vip"], "a term needs a meaning"),
        (["--term", "vip", "--meaning", "x", "--tag", "a"], "a term has a meaning and nothing else"),
        (["--tag", "a"], "nothing is named"),
        (["--table", "orders", "--tag", " "], "nothing is said"),
        (["--from", "a.csv", "--table", "orders"], "--from says by itself"),
        (["--from", "none.csv"], "none.csv: cannot be read"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_is_written(arguments: list[str], message: str, here: Path) -> None:
    result = schema("describe", *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert here.read_text() == SETTINGS


def test_a_file_is_merged(here: Path) -> None:
    Path("in.yaml").write_text(
        "tables: {orders: {description: All., columns: {amt: Euros.}}}\nglossary: {vip: Rich.}\n"
    )
    Path("in.csv").write_text(
        "\ufefftable, column, description, synonyms, tags\n"
        'orders,,"All, of us",sales; deals,finance\norders,state,,,a\norders,state,How far.,,b;c\n',
        "utf-8",
    )

    assert schema("describe", "--from", "in.yaml").exit_code == 0
    assert schema("describe", "--from", "in.csv", "--keep").exit_code == 0

    state = {"tags": ["a", "b", "c"], "description": "How far."}
    orders = {"description": "All.", "columns": {"amt": "Euros.", "state": state}}
    assert said() == {
        "tables": {"orders": orders | {"synonyms": ["sales", "deals"], "tags": ["finance"]}},
        "glossary": {"vip": "Rich."},
    }


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("in.csv", "table,colum\norders,x\n", "in.csv: its first line must name columns among table, column"),
        ("in.csv", "column\nx\n", "in.csv: its first line must name"),
        ("in.csv", "table,description\norders,a,b\n", "in.csv: line 2 has more cells than the first"),
        ("in.csv", "table,description\n,a\n", "in.csv: line 2 names no table"),
        ("in.csv", "table,description\nordrs,a\n", "in.csv: tables.ordrs: there is no such table\nhint: did you mean"),
        ("in.yaml", "tables: {orders: {tag: [a]}}", "in.yaml: tables.orders: unknown key 'tag'"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(name: str, text: str, message: str, here: Path) -> None:
    Path(name).write_text(text)

    result = schema("describe", "--from", name)

    assert result.exit_code == 2
    assert message in result.stderr
    assert here.read_text() == SETTINGS


def test_a_person_is_asked_for_a_table_and_each_of_its_columns(here: Path) -> None:
    answers = "orders\nAll orders\nsales, deals\nfinance\n\n\n\nbuyer\nEuros"

    result = schema("describe", answers=answers)

    assert result.exit_code == 0, result.stderr
    assert said() == {
        "tables": {
            "orders": {
                "description": "All orders",
                "synonyms": ["sales", "deals"],
                "tags": ["finance"],
                "columns": {"customer_id": {"synonyms": ["buyer"]}, "amt": "Euros"},
            }
        }
    }
    assert "orders means [All orders]: " in schema("describe", "--table", "orders", answers="").stderr


def test_a_person_is_asked_again_and_loses_nothing_at_an_interrupt(here: Path) -> None:
    with terminal(*agent("schema", "describe"), cwd=here.parent) as shown:
        shown.wait_for("Table: ")
        shown.press("ordrs\n")
        shown.wait_for("did you mean orders?")
        shown.press("orders\n")
        shown.wait_for("orders means: ")
        shown.press("All orders\n\n\n")
        shown.wait_for("orders.id means: ")
        shown.press("\x03")
        assert shown.end() == 130

    assert said() == {"tables": {"orders": {"description": "All orders"}}}


def test_it_is_written_where_the_descriptions_are(here: Path) -> None:
    tag = ("describe", "--table", "orders", "--tag", "a", "--db")
    expected = {"tables": {"orders": {"tags": ["a"]}}}
    here.write_text(
        "db: a\ndescriptions: all.yaml\nconnections:\n"
        "  a: shop.db  # ours\n  b: {url: shop.db, descriptions: b.yaml}\n  c: {url: shop.db, descriptions: {}}\n"
    )

    for name in "abc":
        assert schema(*tag, name).exit_code == 0

    # One without its own has those for all, also where the file is yet to be made.
    assert yaml.safe_load(Path("all.yaml").read_text()) == expected
    assert yaml.safe_load(Path("b.yaml").read_text()) == expected
    assert yaml.safe_load(here.read_text())["connections"]["c"]["descriptions"] == expected
    here.write_text(here.read_text().replace("descriptions: all.yaml\n", ""))
    assert schema(*tag, "a").exit_code == 0
    assert yaml.safe_load(here.read_text())["connections"]["a"] == {"url": "shop.db", "descriptions": expected}
    assert "a:  # ours\n" in here.read_text()
    assert described("a").tables[-1].tags == ("a",)


def test_a_connection_of_the_user_is_described_where_it_is_defined(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    if tmp_path not in user_file().parents:
        pytest.skip("the user's settings cannot be moved on this system")
    user_file().parent.mkdir(parents=True)
    user_file().write_text(f"connections: {{mine: {tmp_path / 'shop.db'}}}\n")

    assert schema("describe", "--db", "mine", "--table", "orders", "--tag", "a").exit_code == 0

    assert here.read_text() == SETTINGS
    assert description_place(load_settings(db="mine")).file == user_file()
    assert yaml.safe_load(user_file().read_text())["connections"]["mine"]["descriptions"]


def test_a_database_that_the_settings_do_not_name_is_not_described_among_them(here: Path) -> None:
    with closing(sqlite3.connect("other.db")) as database:
        database.executescript(SHOP)

    result = schema("describe", "--db", "other.db", "--table", "orders", "--tag", "a")

    assert result.exit_code == 2
    assert "is about another database" in result.stderr and "connections" in result.stderr
    here.unlink()
    assert schema("describe", "--db", "other.db", "--table", "orders", "--tag", "a").exit_code == 0
    assert said() == {"tables": {"orders": {"tags": ["a"]}}}


def test_a_file_that_cannot_be_added_to_is_left(here: Path) -> None:
    text = SETTINGS + "descriptions: &all\n  tables: &tables {}\n  glossary: {a: b}\npolicy: {tables: [orders]}\n"
    text = text.replace("&all", "").replace("&tables ", "").replace("{}", "{orders: &o {tags: [b]}, customers: *o}")
    here.write_text(text)

    result = schema("describe", "--table", "orders", "--tag", "a")

    assert result.exit_code == 1
    assert "cannot be added to without a loss" in result.stderr
    assert "write there by hand: {tables: {orders: {tags: [a]}}}" in result.stderr
    assert here.read_text() == text


def test_a_place_that_cannot_be_written_is_an_error(here: Path) -> None:
    here.write_text("db: shop.db\ndescriptions: gone/said.yaml\n")

    result = schema("describe", "--table", "orders", "--tag", "a")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "gone/said.yaml cannot be written: No such file or directory" in result.stderr


def test_what_another_wrote_meanwhile_is_not_overwritten(here: Path) -> None:
    before = here.read_bytes()
    here.write_text("limit: 5\n")

    with pytest.raises(AgentError, match="was changed by another meanwhile"):
        write_file(here, b"limit: 6\n", before)

    assert here.read_text() == "limit: 5\n"
    assert sorted(file.name for file in here.parent.iterdir()) == ["shop.db", FILE_NAME]


def test_lines_end_as_they_did_and_a_link_stays_one(here: Path) -> None:
    real = here.rename(here.with_name("real.yaml"))
    real.write_bytes(b"db: shop.db\r\n")
    here.symlink_to("real.yaml")

    assert schema("describe", "--table", "orders", "--tag", "a").exit_code == 0

    assert here.is_symlink()
    assert real.read_bytes() == (b"db: shop.db\r\ndescriptions:\r\n  tables:\r\n    orders:\r\n      tags: [a]\r\n")


def test_a_table_is_shown_with_all_that_is_known_of_it(here: Path) -> None:
    here.write_text(
        SETTINGS
        + """
descriptions:
  tables:
    orders:
      {description: All orders., synonyms: [deals], tags: [finance], columns: {amt: {description: Euros., tags: [x]}}}
  glossary: {open: {meaning: Not paid., columns: [orders.state]}}
"""
    )

    shown = schema("show", "Orders")
    told = json.loads(schema("show", "orders", "--json", "--quiet").stdout)

    assert shown.exit_code == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert lines[:4] == ["orders (table)", "All orders.", "also called: deals", "tags: finance"]
    assert lines[5].split() == ["column", "type", "key", "description", "tags", "such", "as"]
    assert lines[6].split() == ["id", "INTEGER", "primary", "key"]
    assert lines[7].split() == ["customer_id", "INTEGER", "→", "customers.id"]
    assert lines[8].split()[:4] == ["amt", "REAL", "Euros.", "x"]
    assert lines[9].split() == ["state", "TEXT", "open,", "paid"]
    assert lines[10:] == [
        "",
        "Points here",
        "  order_lines.order_id → id (inferred)",
        "",
        "Glossary",
        "  open: Not paid.",
    ]
    assert (told["version"], told["id"], told["tags"]) == (1, "orders", ["finance"])
    assert told["referenced_by"] == [
        {
            "table": "order_lines",
            "columns": ["order_id"],
            "target": "orders",
            "target_columns": ["id"],
            "inferred": True,
        }
    ]
    missing = schema("show", "ordr")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "there is no table ordr\nhint: did you mean orders?" in missing.stderr


def test_a_question_is_searched_and_kept_to_a_tag(here: Path) -> None:
    here.write_text(SETTINGS + "descriptions: {tables: {order_lines: {tags: [goods]}}}\n")

    found = json.loads(schema("search", "orders by amt", "--limit", "2", "--json", "--quiet").stdout)
    printed = schema("search", "orders by amt", "--limit", "1", "--quiet")
    kept = json.loads(schema("search", "orders by amt", "--tag", "GOODS", "--json", "--quiet").stdout)
    unknown = schema("search", "orders", "--tag", "good")

    assert found["tables"][0]["table"] == "orders"
    assert len(found["tables"]) == 2
    evidence = found["tables"][0]["evidence"]
    assert {"source", "column", "words", "score"} == evidence[0].keys()
    assert any(each["column"] == "amt" and each["words"] == "amt" for each in evidence)
    assert printed.stdout.splitlines()[0].split() == ["score", "table", "column", "found", "by", "matched"]
    assert printed.stdout.splitlines()[1].split()[1] == "orders"
    assert [each["table"] for each in kept["tables"]] == ["order_lines"]
    assert unknown.exit_code == 2
    assert "no table or column has the tag good\nhint: did you mean goods?" in unknown.stderr
    asked = CliRunner().invoke(app, ["ask", "how many order lines are there?", "--tag", "goods", "--format", "csv"])
    assert (asked.exit_code, asked.stdout.splitlines()[-1]) == (0, "2"), asked.stderr

"""What an owner hides is not there for the flow: in no catalog, index, draft, prompt, hint or error."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent import Agent
from agent.cli.app import app
from agent.conceal import conceal
from agent.config import load_settings
from agent.dialects import connect
from agent.dialects.address import read_address
from agent.errors import NotUnderstoodError, UsageError
from agent.estimate import estimate
from agent.prompts.schema_text import schema_text
from agent.records import Catalog, CheckedQuery, Column, Finding, ForeignKey, Limits, Policy, Table, Term, Verdict
from agent.schema_index.build import build_index, refresh_index
from agent.schema_index.embed import Encoder, load_encoder
from agent.schema_index.options import IndexOptions
from agent.schema_index.policy import apply_policy, unmatched
from agent.settings_file import FILE_NAME
from tests.conftest import TODAY
from tests.services import mariadb_database, postgres_database

SHOP = """
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, quillmark TEXT, country TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), total INTEGER);
    CREATE TABLE salaries (person TEXT, amount INTEGER);
    INSERT INTO customers VALUES (1, 'Ann', 'zyxwave', 'France'), (2, 'Bob', 'zyxwave', 'Spain');
    INSERT INTO orders VALUES (1, 1, 50), (2, 1, 70), (3, 2, 20);
    INSERT INTO salaries VALUES ('brogtime', 90);
"""
HIDING = Policy(hidden=("customers.quill*", "salaries.*"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of a folder that has the shop in shop.db."""
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect("shop.db")) as database:
        database.executescript(SHOP)
    return tmp_path / FILE_NAME


@pytest.fixture
def hidden(here: Path) -> Iterator[Agent]:
    here.write_text("db: shop.db\npolicy: {hidden: [customers.quillmark, 'salaries.*']}\n")
    with Agent.connect(today=TODAY) as agent:
        yield agent


# What is left of a catalog


def column(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "TEXT", "text") for name in names)


CATALOG = Catalog(
    "postgres",
    (
        Table("customers", column("id", "name", "email"), primary_key=("id",)),
        Table(
            "orders",
            column("id", "customer_id", "email", "total"),
            primary_key=("id",),
            foreign_keys=(
                ForeignKey(("customer_id",), "customers", ("id",)),
                ForeignKey(("email",), "customers", ("email",)),
            ),
        ),
        Table("customers", column("id", "email", "password"), schema="sales", primary_key=("id",)),
        Table("visits", column("id", "page"), schema="sales"),
    ),
    default_schema="public",
)


def left(tables: tuple[str, ...] = (), hidden: tuple[str, ...] = ()) -> dict[str, str]:
    found = apply_policy(CATALOG, Policy(tables, hidden)).tables
    return {table.id: " ".join(column.name for column in table.columns) for table in found}


def test_only_the_named_tables_are_left() -> None:
    assert left(tables=("orders", "sales.v*")) == {"orders": "id customer_id email total", "sales.visits": "id page"}
    assert list(left(tables=("public.*",))) == ["customers", "orders"]
    assert list(left(tables=("CUSTOMERS",))) == ["customers"]
    assert list(left()) == [table.id for table in CATALOG.tables]


def test_hidden_columns_are_gone_in_every_schema_that_is_not_said() -> None:
    assert left(hidden=("customers.email",)) == {
        "customers": "id name",
        "orders": "id customer_id email total",
        "sales.customers": "id password",
        "sales.visits": "id page",
    }
    assert left(hidden=("sales.customers.*",)).keys() == {"customers", "orders", "sales.visits"}
    assert left(hidden=("public.customers.email",))["sales.customers"] == "id email password"
    assert left(hidden=("*.PASSWORD", "sales.visits.page"))["sales.visits"] == "id"


def test_a_table_says_that_columns_are_hidden_and_keys_that_lead_to_them_are_gone() -> None:
    shown = apply_policy(CATALOG, Policy(hidden=("public.customers.email", "sales.customers.id")))

    customers, orders, others, visits = shown.tables
    assert [table.partial for table in shown.tables] == [True, False, True, False]
    assert (customers.primary_key, others.primary_key) == (("id",), ())
    assert orders.foreign_keys == (ForeignKey(("customer_id",), "customers", ("id",)),)
    assert apply_policy(CATALOG, Policy(hidden=("customers.id",))).tables[1].foreign_keys == (
        ForeignKey(("email",), "customers", ("email",)),
    )
    assert apply_policy(CATALOG, Policy(tables=("orders",))).tables[0].foreign_keys == ()
    assert visits == CATALOG.tables[3]


def test_unique_keys_and_terms_of_what_is_hidden_are_gone() -> None:
    people = Table("people", column("id", "email", "name"), unique=(("email",), ("id", "name")))
    terms = (
        Term("mailing", "whom we write to", ("people",), (("people", "email"),)),
        Term("member", "who has paid", ("people", "fees"), (("people", "email"), ("people", "name"))),
        Term("fee", "what is paid", ("fees",)),
        Term("house", "this one"),
    )
    catalog = Catalog("sqlite", (people, Table("fees", column("id"))), glossary=terms)
    found = apply_policy(catalog, Policy(tables=("people",), hidden=("people.email",)))
    assert found.tables[0].unique == (("id", "name"),)
    assert found.glossary == (Term("member", "who has paid", ("people",), (("people", "name"),)), terms[-1])
    assert apply_policy(catalog, Policy()) == catalog


def test_policies_add_up() -> None:
    first, second = Policy(hidden=("*.email",)), Policy(tables=("customers",), hidden=("*.name",))
    both = apply_policy(apply_policy(CATALOG, first), second)
    assert [[column.name for column in table.columns] for table in both.tables] == [["id"]]
    assert both.tables[0].partial
    assert apply_policy(both, second) == both


def test_a_pattern_that_fits_nothing_is_known() -> None:
    policy = Policy(tables=("orders", "ordres"), hidden=("customers.emial", "*.email", "sales.*", "orders.*"))
    assert unmatched(policy, CATALOG) == ("ordres", "customers.emial")


# Settings


def test_a_connection_has_the_policy_at_the_top_unless_it_has_one(here: Path) -> None:
    here.write_text(
        """
        policy: {tables: orders, hidden: ["*.password"], allow_functions: [My_Bucket], limit: 5, timeout: 2.5}
        connections:
          own: {url: shop.db, policy: {hidden: [customers.email]}}
          none: {url: shop.db, policy: {}}
          other: shop.db
        """
    )

    at_top = Policy(("orders",), ("*.password",), frozenset({"my_bucket"}), 5, 2.5)
    policies = {db: load_settings(db=db).connection.policy for db in ("own", "none", "other", "shop.db")}
    assert policies == {
        "own": Policy(hidden=("customers.email",)),
        "none": Policy(),
        "other": at_top,
        "shop.db": at_top,
    }


def test_what_is_not_set_is_within_the_policy_and_more_is_refused(here: Path) -> None:
    here.write_text("db: shop.db\nmemory: 100\npolicy: {limit: 500, timeout: 10}\n")

    assert load_settings().limits == Limits(500, 10.0, memory_bytes=100 * 1024 * 1024)
    assert load_settings(limit=20, timeout=3).limits.rows == 20
    for argument in ({"limit": 501}, {"timeout": 10.5}):
        with pytest.raises(UsageError, match="is more than the policy allows") as caught:
            Agent.connect(**argument)
        assert "\n" not in str(caught.value)
    here.write_text("db: shop.db\nlimit: 501\npolicy: {limit: 500}\n")
    with pytest.raises(UsageError, match=r"^limit: 501 is more than the policy allows \(ask for at most 500\)"):
        load_settings().limits  # noqa: B018


@pytest.mark.parametrize(
    ("policy", "says", "hint"),
    [
        ("[a]", "policy in sqlwright.yaml: it is a mapping", ""),
        ("{colour: red}", "policy.colour in sqlwright.yaml: there is no such", "allow_functions, hidden, limit"),
        ("{hidden: [salaries]}", "policy.hidden in sqlwright.yaml: salaries names no column: write salaries.*", ""),
        ("{hidden: [a.b, ' ']}", "policy.hidden in sqlwright.yaml: it is empty", ""),
        ("{tables: {a: b}}", "policy.tables in sqlwright.yaml: it is a list", ""),
        (
            "{allow_functions: [pg.sleep]}",
            "policy.allow_functions in sqlwright.yaml: pg.sleep is not the bare name",
            "",
        ),
        ("{limit: 0}", "policy.limit in sqlwright.yaml: it should be greater", ""),
    ],
)
def test_a_bad_policy_is_blamed_on_its_place(policy: str, says: str, hint: str, here: Path) -> None:
    for text, place in (
        (f"policy: {policy}", ""),
        (f"connections: {{a: {{url: a.db, policy: {policy}}}}}", "connections.a."),
    ):
        here.write_text(f"{text}\n")
        with pytest.raises(UsageError) as caught:
            load_settings()
        assert caught.value.message.startswith(f"setting {place}{says}")
        assert hint in caught.value.hint


def test_a_policy_stands_in_a_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_POLICY", "{}")
    with pytest.raises(UsageError, match="SQLWRIGHT_POLICY: it is a mapping, which only a file can hold"):
        load_settings()


def test_two_files_do_not_mix_their_policies(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    everywhere = tmp_path / "config" / "sqlwright" / FILE_NAME
    everywhere.parent.mkdir(parents=True)
    everywhere.write_text("policy: {tables: [orders], limit: 5}\n")
    here.write_text("db: shop.db\npolicy: {hidden: [customers.email]}\n")

    assert load_settings().connection.policy == Policy(hidden=("customers.email",))


# The flow


def test_nothing_hidden_is_in_the_index_nor_stays_there(
    here: Path, tmp_path: Path, cache: Path, encoder: Encoder
) -> None:
    address = read_address("shop.db")
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "encoders").symlink_to(cache / "encoders")

    def held() -> set[bytes]:
        files = [file.read_bytes().lower() for file in (folder / "index").rglob("*") if file.is_file()]
        words = (b"quill", b"zyxwave", b"salaries", b"brogtime", b"france")
        return {word for word in words if any(word in text for text in files)}

    def build(policy: Policy, make: Callable[..., object] = build_index) -> None:
        index = make(address, IndexOptions(folder, values="all", policy=policy))
        index.close()  # type: ignore[attr-defined]

    build(HIDING)
    assert held() == {b"france"}
    build(Policy())
    assert held() == {b"quill", b"zyxwave", b"salaries", b"brogtime", b"france"}
    build(HIDING)
    assert held() == {b"france"}
    build(Policy(hidden=("*.country",)), lambda *given: refresh_index(*given).index)
    assert held() == {b"quill", b"zyxwave", b"salaries", b"brogtime"}


@pytest.fixture(scope="module")
def encoder(cache: Path) -> Encoder:
    return load_encoder("bundled", cache)


def test_lists_name_the_columns_that_are_left(hidden: Agent) -> None:
    answer = hidden.ask("show everything about customers")

    assert answer.columns == ("id", "name", "country")
    assert "*" not in answer.sql
    assert hidden.ask("total per customer").rows == (("Ann", 120), ("Bob", 20))


def test_questions_about_what_is_hidden_are_not_understood(hidden: Agent) -> None:
    for question in ("salaries", "how many salaries are there?"):
        with pytest.raises(NotUnderstoodError) as caught:
            hidden.ask(question)
        assert "did you mean" not in caught.value.hint
    found = hidden.search("salaries of people and quillmark of customers")
    assert {table.table.id for table in found} == {"customers", "orders"}


def test_a_condition_on_what_is_hidden_is_not_understood(hidden: Agent) -> None:
    with pytest.raises(NotUnderstoodError):
        hidden.ask("customers with quillmark zyxwave")


def test_no_prompt_has_what_is_hidden(hidden: Agent) -> None:
    text = schema_text(hidden.index.catalog.tables, "sqlite", 10_000).text.lower()
    assert "customers" in text
    assert not any(word in text for word in ("quill", "zyxwave", "salar", "brogtime", "amount"))


def test_the_checker_knows_the_policy(hidden: Agent) -> None:
    assert hidden.check("SELECT name FROM customers").query
    assert hidden.check("SELECT * FROM customers").query is None
    findings = hidden.check("SELECT quillmark FROM customers").findings + hidden.check("SELECT 1 FROM salarie").findings
    assert not any(word in str([f.hint for f in findings]) for word in ("quillmark", "salaries"))


def test_a_policy_that_leaves_nothing_is_an_error_in_one_line(here: Path) -> None:
    here.write_text("db: shop.db\npolicy: {tables: [ordres]}\n")
    with Agent.connect(today=TODAY) as agent, pytest.raises(UsageError, match="the policy leaves no table"):
        agent.ask("list customers")


# What an engine says


@pytest.fixture(params=["sqlite", "duckdb", "postgres", "mysql"])
def url(request: pytest.FixtureRequest, here: Path) -> Iterator[str]:
    if request.param == "postgres":
        with postgres_database(SHOP) as made:
            yield made
    elif request.param == "mysql":
        with mariadb_database(SHOP.replace("TEXT", "VARCHAR(40)")) as made:
            yield made
    elif request.param == "duckdb":
        import duckdb

        with duckdb.connect("shop.duckdb") as connection:
            connection.execute(SHOP)
        yield "duckdb:///shop.duckdb"
    else:
        yield "shop.db"


def test_the_builtin_drafter_answers_on_every_engine(url: str, here: Path) -> None:
    here.write_text(f"db: {url}\npolicy: {{hidden: [customers.quillmark, 'salaries.*'], limit: 50}}\n")
    with Agent.connect(today=TODAY, model="builtin") as agent:
        assert agent.ask("show everything about customers").columns == ("id", "name", "country")
        assert sorted(agent.ask("list customers").rows) == [("Ann",), ("Bob",)]
        assert agent.ask("number of orders per country").rows == (("France", 2), ("Spain", 1))
        assert agent.limits.rows == 50


def test_customers_with_orders_are_told_once(url: str, here: Path) -> None:
    with Agent.connect(url, today=TODAY, model="builtin") as agent:
        assert sorted(row[-1] for row in agent.ask("customers with orders").rows) == ["Ann", "Bob"]


def test_the_top_by_a_total_that_may_be_missing_is_answered_on_every_engine(url: str, here: Path) -> None:
    with Agent.connect(url, today=TODAY, model="builtin") as agent:
        # Its total may be missing, which some engines are told by an expression in ORDER BY.
        assert [row[0] for row in agent.ask("top 2 customers by total").rows] == ["Ann", "Bob"]


@pytest.mark.parametrize(
    "sql",
    ["SELECT c.quilmark FROM customers AS c", "SELECT amuont FROM salarie", "SELECT quilmark FROM orders, customers"],
)
def test_no_error_of_an_engine_offers_what_is_hidden(url: str, sql: str) -> None:
    address = read_address(url)
    catalog = Catalog(
        address.dialect,
        (Table("customers", column("id", "name", "country"), partial=True), Table("orders", column("id", "total"))),
    )
    with closing(connect(address)) as connection:
        verdict = estimate(CheckedQuery(sql, address.dialect, ("customers",)), connection, Limits())

    (finding,) = conceal(verdict, sql, catalog, HIDING).findings
    assert not any(word in str(finding).lower() for word in ("quillmark", "salaries", "amount", "person"))
    assert conceal(verdict, sql, catalog, Policy()) == verdict
    if "c." in sql and address.dialect in ("postgres", "duckdb"):
        # These two do offer it.
        assert "quillmark" in str(verdict)


def test_what_the_statement_says_itself_is_left_in_an_error() -> None:
    # It is what tells a model what to mend.
    said = 'column "c.name" must appear in the GROUP BY clause, it isn\'t near "orders"; perhaps "c.quillmark", \'pin\''
    sql = "SELECT c.name FROM customers AS c"
    catalog = Catalog("postgres", (Table("orders", column("id")),))
    (finding,) = conceal(Verdict(None, (Finding("estimate", said),)), sql, catalog, HIDING).findings
    assert finding.message == (
        'column "c.name" must appear in the GROUP BY clause, it isn\'t near "orders"; perhaps "…", \'…\''
    )


# The commands


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_a_misspelt_pattern_is_told(here: Path) -> None:
    here.write_text("db: shop.db\npolicy: {hidden: [customers.quilmark], limit: 20}\n")

    assert "the pattern customers.quilmark of the policy fits nothing in the database" in run("index").stderr
    checked = run("doctor").stdout
    assert "nothing is called customers.quilmark; 3 tables with 9 columns of 3 tables with 9 columns" in checked
    assert "20 rows, 30 seconds" in checked


def test_the_doctor_says_what_is_left(here: Path) -> None:
    here.write_text("db: shop.db\npolicy: {hidden: [customers.quillmark, 'salaries.*']}\n")
    run("index")

    checked = run("doctor").stdout
    assert "2 tables with 6 columns of 3 tables with 9 columns may be asked for" in checked
    assert "up to date: 2 tables, 6 columns" in checked
    here.write_text("db: shop.db\npolicy: {hidden: ['salaries.*']}\n")
    assert "the policy has changed since it was made" in run("doctor").stdout


def test_more_than_the_policy_allows_is_an_error_of_usage(here: Path) -> None:
    here.write_text("db: shop.db\npolicy: {limit: 5}\n")

    result = run("ask", "list customers", "--limit", "6")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: limit: 6 is more than the policy allows\n")

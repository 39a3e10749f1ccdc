import ast
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlglot import exp

from agent.records import Catalog, Column, Table
from agent.validators import RULES, validate
from agent.validators.grammar import GRAMMARS, grammar_of
from agent.validators.listed import allowed
from agent.validators.nodes import parts_of

ROOT = Path(__file__).parents[2]
CASES = yaml.safe_load((ROOT / "tests/fixtures/safety/sqlite.yaml").read_text("utf-8"))


def table(name: str, columns: str, schema: str = "") -> Table:
    return Table(name, tuple(Column(column, "") for column in columns.split()), schema)


CATALOG = Catalog("sqlite", (table("Orders", "id total"), table("t", "id a"), table("t", "id b", "aux")))


def test_every_finding_is_given_at_once() -> None:
    verdict = validate("SELECT nope(x.y), totl FROM orders, missing WHERE id ILIKE 'a'", CATALOG)
    assert verdict.query is None
    assert {finding.rule for finding in verdict.findings} == {"nodes", "functions", "names"}
    assert all(finding.message and finding.hint for finding in verdict.findings)


def test_two_unknown_columns_are_two_findings() -> None:
    findings = validate("SELECT totl, idd FROM orders", CATALOG).findings
    assert [(finding.message, finding.hint) for finding in findings] == [
        ("there is no column totl", "did you mean total?"),
        ("there is no column idd", "did you mean id?"),
    ]


@pytest.mark.parametrize("dialect", GRAMMARS)
def test_a_bare_name_in_having_is_looked_up(dialect: str) -> None:
    catalog = Catalog(dialect, CATALOG.tables)
    for condition in ("max(totl) > 1", "totl > 1", "EXISTS (SELECT 1 FROM t HAVING max(totl) > 1)"):
        findings = validate(f"SELECT id FROM t GROUP BY id HAVING {condition}", catalog).findings
        assert [finding.message for finding in findings] == ["there is no column totl"]
    assert validate("SELECT id, count(*) AS n FROM t GROUP BY id HAVING max(a) > 1 AND n > 1", catalog).query


def test_a_bare_name_in_qualify_is_looked_up() -> None:
    findings = validate(
        "SELECT id, a AS n FROM t QUALIFY n = 1 AND nope = 1", Catalog("duckdb", CATALOG.tables)
    ).findings
    assert [finding.message for finding in findings] == ["there is no column nope"]


def test_the_query_is_rewritten_without_comments_and_names_its_tables_in_order() -> None:
    sql = "with x as (select id from aux.t) select x.id, o.* /* all */ from ORDERS o join x on x.id = o.id --"
    query = validate(sql, CATALOG).query
    assert query is not None
    assert query.tables == ("aux.t", "Orders")
    written = "WITH x AS ( SELECT id FROM aux.t ) SELECT x.id, o.* FROM ORDERS AS o JOIN x ON x.id = o.id"
    assert " ".join(query.sql.split()) == written


def test_tables_of_one_name_in_two_schemas_are_two_tables() -> None:
    query = validate("SELECT p.a, q.b FROM main.t AS p JOIN aux.t AS q ON p.id = q.id", CATALOG).query
    assert query is not None
    assert query.tables == ("t", "aux.t")
    assert validate("SELECT b FROM t", CATALOG).query is None
    assert validate('SELECT b FROM "aux.t"', CATALOG).query is None


@pytest.mark.parametrize("dialect", ["tsql", "oracle", "snowflake", "no_such_engine"])
def test_a_dialect_without_a_grammar_is_checked_by_the_functions_of_the_standard(dialect: str) -> None:
    catalog = Catalog(dialect, CATALOG.tables)
    assert validate("SELECT UPPER(x.a), COUNT(*) FROM T AS x GROUP BY UPPER(x.a)", catalog).query
    assert [f.message for f in validate("SELECT openrowset('x') FROM t", catalog).findings] == [
        "the function openrowset() is not allowed"
    ]
    assert validate("SELECT 1; DROP TABLE t", catalog).query is None
    assert validate("SELECT nope FROM t", catalog).query is None


def test_the_unit_of_a_call_is_not_taken_for_a_column() -> None:
    query = validate(
        "SELECT TOP 3 DATEDIFF(month, a, GETDATE()) AS n FROM dbo.t", Catalog("tsql", CATALOG.tables)
    ).query
    assert query is not None
    assert " ".join(query.sql.split()) == "SELECT TOP 3 DATEDIFF(MONTH, a, GETDATE()) AS n FROM dbo.t"


def test_what_a_dialect_does_not_need_is_not_loaded() -> None:
    code = (
        "from agent.records import Catalog; from agent.validators import validate;"
        "validate('SELECT 1', Catalog('sqlite', ()))"
    )
    program = f"import sys; {code}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not {f"sqlglot.dialects.{name}" for name in ("duckdb", "postgres", "mysql")} & set(done.stdout.split())


def test_postgres_compares_quoted_names_exactly() -> None:
    catalog = Catalog("postgres", (table("orders", "id total"), table("Orders", "id Total")))
    assert validate('SELECT "Total" FROM "Orders"', catalog).query
    assert validate("SELECT TOTAL FROM ORDERS", catalog).query
    assert validate('SELECT total FROM "Orders"', catalog).query is None
    assert validate('SELECT "Total" FROM orders', catalog).query is None


def test_system_tables_are_refused_though_the_catalog_has_them() -> None:
    for dialect, name, schema in (
        ("postgres", "pg_class", "pg_catalog"),
        ("mysql", "user", "mysql"),
        ("duckdb", "duckdb_tables", ""),
        ("sqlite", "sqlite_master", ""),
        ("oracle", "tables", "information_schema"),
    ):
        catalog = Catalog(dialect, (table(name, "a", schema),))
        assert validate(f"SELECT a FROM {f'{schema}.' if schema else ''}{name}", catalog).query is None


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("SELECT 1" + " + 1" * 300, "statement"),
        ("SELECT " + "- " * 300 + "1", "statement"),
        ("SELECT " + "CASE WHEN 1 THEN " * 40 + "1" + " END" * 40, "lexical"),
        ("SELECT '" + "x" * 20_000 + "'", "lexical"),
        ("SELECT 1 FROM t" + " JOIN t" * 10, "statement"),
    ],
    ids=["chain", "prefixes", "nesting", "length", "joins"],
)
def test_size_is_bounded(sql: str, rule: str) -> None:
    assert [finding.rule for finding in validate(sql, CATALOG).findings] == [rule]


def test_a_large_catalog_is_not_walked_for_a_good_query() -> None:
    class Walked(tuple[Table, ...]):
        walks = 0

        def __iter__(self) -> Iterator[Table]:
            Walked.walks += 1
            return super().__iter__()

    catalog = Catalog("sqlite", Walked(CATALOG.tables))
    catalog.table("t")
    before = Walked.walks
    assert validate("SELECT a FROM t", catalog).query
    assert Walked.walks == before


def test_nothing_is_logged_or_printed(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG, "sqlglot"):
        for sql in [case["sql"] for case in CASES["attacks"]] + CASES["honest"]:
            validate(sql, CATALOG)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("dialect", [*GRAMMARS, "other"])
def test_every_listed_node_is_one_that_the_parser_makes(dialect: str) -> None:
    for kind, parts in parts_of(grammar_of(dialect)).items():
        assert parts <= set(getattr(exp, kind).arg_types), kind


def test_every_listed_function_is_known_to_sqlite_and_tried() -> None:
    connection = sqlite3.connect(":memory:")
    known = {name for (name, *_) in connection.execute("PRAGMA function_list")}
    known |= {name for (name,) in connection.execute("PRAGMA module_list")}
    connection.close()
    assert set(allowed(grammar_of("sqlite"))) <= known
    tried = " ".join(CASES["honest"]).lower()
    assert [name for name in sorted(set(allowed(grammar_of("sqlite")))) if name not in tried] == []


def test_rules_bear_the_names_of_their_modules() -> None:
    assert [rule.__module__ for rule in RULES] == [f"agent.validators.{rule.__name__}" for rule in RULES]


def test_only_the_checker_makes_a_checked_query() -> None:
    makers = set()
    for folder in ("agent", "schema_index", "validators", "examples"):
        for file in (ROOT / folder).rglob("*.py"):
            if any(_makes_checked_query(node) for node in ast.walk(ast.parse(file.read_text("utf-8")))):
                makers.add(file.resolve().relative_to(ROOT).as_posix())
    assert makers == {"validators/__init__.py"}


def _makes_checked_query(node: Any) -> bool:
    """Whether the node calls the record, or passes it on under another name to where it could be called."""
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return called == "CheckedQuery"
    return isinstance(node, ast.alias) and node.name == "CheckedQuery" and node.asname is not None


def test_only_the_default_schema_of_the_catalog_stands_for_none() -> None:
    catalog = Catalog("postgres", (table("secret", "x"),), default_schema="vault")

    assert validate("SELECT x FROM vault.secret", catalog).query
    assert validate("SELECT x FROM secret", catalog).query
    assert not validate("SELECT x FROM public.secret", catalog).query

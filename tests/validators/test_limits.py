"""The bounds on what a statement asks for by its shape, in every dialect."""

import pytest
import yaml

from agent.records import Catalog, Column, Table
from agent.validators import MAX_FINDINGS, validate
from tests.validators.corpus import SAFETY

CASES = yaml.safe_load((SAFETY / "limits.yaml").read_text("utf-8"))
TABLES = {"t": "id a b items", "u": "id x", "v": "id y"}


def catalog(dialect: str) -> Catalog:
    return Catalog(
        dialect,
        tuple(Table(name, tuple(Column(each, "") for each in columns.split())) for name, columns in TABLES.items()),
    )


def cases(verdict: str) -> list[tuple[str, str, str]]:
    return [
        (dialect, sql, group["says"])
        for group in CASES.values()
        for dialect, statements in group[verdict].items()
        for sql in statements
    ]


@pytest.mark.parametrize(("dialect", "sql", "says"), cases("refused"))
def test_refused(dialect: str, sql: str, says: str) -> None:
    verdict = validate(sql, catalog(dialect))
    assert verdict.query is None
    assert any(says in finding.message for finding in verdict.findings), verdict.findings


@pytest.mark.parametrize(("dialect", "sql", "says"), cases("allowed"))
def test_allowed(dialect: str, sql: str, says: str) -> None:
    assert validate(sql, catalog(dialect)).findings == ()


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT 1 FROM t a0" + "".join(f" JOIN t a{n} ON a{n}.id = a0.id" for n in range(1, 250)), "tables are named"),
        ("SELECT 1 FROM t" + " NATURAL JOIN t" * 30, "joins are NATURAL"),
        ("SELECT " + ", ".join(["*"] * 60) + " FROM t", "* are written"),
        ("SELECT * FROM (VALUES (" + ", ".join(["1"] * 600) + "))", "columns stand in one row"),
        (
            "WITH c0 AS (SELECT 1 AS a)"
            + "".join(f", c{n} AS (SELECT a FROM c{n - 1})" for n in range(1, 120))
            + " SELECT 1",
            "WITH queries are defined",
        ),
    ],
    ids=["tables", "natural", "stars", "row", "with"],
)
def test_counts_are_bounded(sql: str, says: str) -> None:
    assert any(says in finding.message for finding in validate(sql, catalog("sqlite")).findings)


def test_findings_end_where_nobody_would_read_on() -> None:
    sql = "SELECT " + ", ".join(f"f{n}(1)" for n in range(100)) + " FROM " + ", ".join(f"x{n}" for n in range(100))
    rules = [finding.rule for finding in validate(sql, catalog("sqlite")).findings]
    assert {rules.count(rule) for rule in ("functions", "names")} == {MAX_FINDINGS}


def test_a_text_is_not_too_long_for_its_layout() -> None:
    values = ", ".join(str(n) for n in range(3_500))
    assert validate(f"SELECT id FROM t WHERE id IN ({values})", catalog("sqlite")).query
    assert validate(f"SELECT id FROM t WHERE id IN ({values}, {values})", catalog("sqlite")).query is None


def test_columns_of_relations_made_by_functions_are_known() -> None:
    findings = validate("SELECT j.key, j.nope, gone FROM t, json_each(t.nix) AS j", catalog("sqlite")).findings
    assert [finding.message for finding in findings] == [
        "there is no column nix in t",
        "there is no column nope in j",
        "there is no column gone",
    ]


def test_a_query_within_a_call_in_from_is_checked() -> None:
    sql = "SELECT value FROM json_each((SELECT a FROM secret))"
    assert [finding.message for finding in validate(sql, catalog("sqlite")).findings] == ["there is no table secret"]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT " + "[" * 20 + "1" + "]" * 20, "are nested"),
        ("SELECT " + "ARRAY[CASE WHEN 1 = 1 THEN " * 12 + "1" + " END]" * 12, "are nested"),
        ("SELECT items" + "[1]" * 2_000 + " FROM t", "follow another one"),
        ("SELECT t.id" + " FROM t JOIN u, SELECT t.id" * 40, "wait for a condition"),
    ],
    ids=["lists", "lists and cases", "subscripts", "joins"],
)
@pytest.mark.parametrize("dialect", ["postgres", "duckdb"])
def test_what_holds_up_the_parser_is_refused_before_it_is_parsed(dialect: str, sql: str, says: str) -> None:
    assert any(says in finding.message for finding in validate(sql, catalog(dialect)).findings)

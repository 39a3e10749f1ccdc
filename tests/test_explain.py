"""What is said of a statement: in fixed words for those written down, and all of its conditions for any."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse_one

from agent import Agent
from agent.explain import explain
from agent.records import Catalog
from agent.schema_index.words import humanise
from agent.validators import validate
from tests.validators.corpus import DIALECTS, corpus

FIXTURES = Path(__file__).parent / "fixtures"
CASES = yaml.safe_load((FIXTURES / "explain.yaml").read_text("utf-8"))
QUESTIONS = yaml.safe_load((FIXTURES / "questions" / "shop.yaml").read_text("utf-8"))


def accepted(sql: str | list[str]) -> list[str]:
    """The statements that a case accepts."""
    return [sql] if isinstance(sql, str) else sql


COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.Like, exp.ILike, exp.Neg)


@pytest.fixture(scope="module")
def catalog(shop: Agent) -> Catalog:
    return shop.index.catalog


@pytest.mark.parametrize(
    ("dialect", "sql", "says"), [(dialect, case["sql"], case["says"]) for dialect in CASES for case in CASES[dialect]]
)
def test_a_statement_is_said_in_plain_words(catalog: Catalog, dialect: str, sql: str, says: str) -> None:
    assert explain(sql, replace(catalog, dialect=dialect)) == says


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [(dialect, case["sql"]) for dialect in CASES for case in CASES[dialect]]
    + [("sqlite", sql) for case in QUESTIONS["answered"] for sql in accepted(case["sql"])],
)
def test_no_condition_is_left_out(catalog: Catalog, dialect: str, sql: str) -> None:
    said = explain(sql, replace(catalog, dialect=dialect))

    assert not list(unsaid(sql, said, replace(catalog, dialect=dialect)))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_whatever_passes_the_checker_is_said(dialect: str) -> None:
    known = corpus(dialect).catalog
    checked = [verdict.query.sql for sql in corpus(dialect).honest if (verdict := validate(sql, known)).query]

    assert len(checked) > 100
    for sql in checked:
        said = explain(sql, known)
        # One that is not understood is its own explanation.
        assert said.endswith(".") and not re.match(r"\(?\s*(SELECT|WITH)\b", said), sql


LEAVES = (
    "total > {number}",
    "{number} <= total",
    "customer_id = {number}",
    "NOT status = '{word}'",
    "channel LIKE '%{word}%'",
    "channel NOT LIKE '{word}%'",
    "id IN ({number}, {number}1)",
    "status NOT IN ('{word}', '{word}b', '{word}c')",
    "total BETWEEN {number} AND {number}2",
    "total + {number} < employee_id * {number}3",
    "employee_id IS NULL",
    "ordered_at >= '2025-0{digit}-01'",
    "ordered_at < '2026-0{digit}-15'",
    "NOT ordered_at > '2026-0{digit}-20'",
    "COALESCE(status, '{word}') = UPPER(channel)",
    "CASE WHEN total > {number} THEN status ELSE '{word}' END = channel",
    "EXISTS (SELECT 1 FROM shipments WHERE shipments.order_id = orders.id AND shipments.carrier = '{word}')",
    "NOT EXISTS (SELECT 1 FROM payments WHERE payments.amount > {number} AND payments.order_id = orders.id)",
    "customer_id IN (SELECT id FROM customers WHERE city = '{word}' OR newsletter)",
    "id NOT IN (SELECT order_id FROM payments WHERE method = '{word}')",
    "total > (SELECT AVG(price) FROM products WHERE brand <> '{word}')",
    "(SELECT COUNT(*) FROM payments WHERE payments.order_id = orders.id AND payments.method = '{word}') > {number}",
)


def leaf(template: str, number: int) -> str:
    return template.format(number=number, word=f"w{number}", digit=number % 9 + 1)


CONDITIONS = st.recursive(
    st.builds(leaf, st.sampled_from(LEAVES), st.integers(10, 99)),
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("NOT ({})".format, inner),
    ),
    max_leaves=8,
)


@given(where=CONDITIONS, dialect=st.sampled_from(DIALECTS))
@settings(max_examples=200, deadline=None)
def test_no_part_of_any_condition_is_left_out(catalog: Catalog, where: str, dialect: str) -> None:
    sql = f"SELECT id FROM orders WHERE {where}"
    said = explain(sql, replace(catalog, dialect=dialect))

    assert not list(unsaid(sql, said, replace(catalog, dialect=dialect)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("total > 5", "total >= 5"),
        ("total > 5", "NOT total > 5"),
        ("status IS NULL", "status IS NOT NULL"),
        ("status IN ('a')", "status NOT IN ('a')"),
        ("status LIKE 'a%'", "status LIKE '%a'"),
        ("total > 5 AND id = 1 OR id = 2", "total > 5 AND (id = 1 OR id = 2)"),
        ("ordered_at <= '2026-01-31'", "ordered_at < '2026-01-31'"),
        ("EXISTS (SELECT 1 FROM payments WHERE order_id = orders.id)", "EXISTS (SELECT 1 FROM payments)"),
        ("total > (SELECT AVG(total) FROM orders)", "total > (SELECT MAX(total) FROM orders)"),
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_differs_is_said_differently(catalog: Catalog, dialect: str, one: str, other: str) -> None:
    known = replace(catalog, dialect=dialect)
    said = {explain(f"SELECT id FROM orders WHERE {where}", known) for where in (one, other)}

    assert len(said) == 2


def test_what_is_no_statement_is_not_explained(catalog: Catalog) -> None:
    assert explain("", catalog) == ""
    assert explain("SELECT (", catalog) == "SELECT (."


def unsaid(sql: str, said: str, catalog: Catalog) -> Iterator[str]:
    """The literals and columns of the conditions of a statement that its explanation does not have."""
    tree = parse_one(sql, dialect=catalog.dialect)
    headings = {each.alias for each in tree.find_all(exp.Alias)}
    for clause in tree.find_all(exp.Where, exp.Having):
        for column in clause.find_all(exp.Column):
            # It may be said as SQL, where there are no words.
            is_said = column.name in said or set(humanise(column.name).split()) <= set(re.findall(r"\w+", said.lower()))
            if not is_said and column.name not in headings and not is_key(column, catalog):
                yield column.name
        for literal in clause.find_all(exp.Literal):
            inner = literal.parent if isinstance(literal.parent, exp.Cast | exp.Paren) else literal
            if isinstance(inner.parent, COMPARED) and not is_flag(literal) and not is_in(literal, said):
                yield literal.name


def is_key(column: exp.Column, catalog: Catalog) -> bool:
    """Whether a column may be one that joins tables, which are named in its place."""
    around = column.parent
    is_pair = isinstance(around, exp.EQ) and all(isinstance(side, exp.Column) for side in around.unnest_operands())
    is_joined = is_pair or isinstance(around, exp.In | exp.Select | exp.Is | exp.Count)
    keys = {
        name.lower()
        for table in catalog.tables
        for name in (*table.primary_key, *(name for key in table.foreign_keys for name in key.columns))
    }
    return is_joined and column.name.lower() in keys


def is_flag(literal: exp.Literal) -> bool:
    """Whether a literal may stand for true or false."""
    return literal.name in {"0", "1"} and isinstance(literal.parent, exp.EQ)


def is_in(literal: exp.Literal, said: str) -> bool:
    """Whether a literal is said: as it is, without the wildcards around it, or as an end of a stretch of days."""
    if literal.name.strip("%") in said:
        return True
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", literal.name):
        return False
    day = date.fromisoformat(literal.name)
    days = (day, day - timedelta(days=1))
    names = {f"{each.year}" for each in days if f"in {each.year}" in said}
    names |= {f"{month_name[each.month]} {each.year}" for each in days}
    names |= {f"Q{(each.month + 2) // 3} {each.year}" for each in days} | {str(each) for each in days}
    return any(name in said for name in names)

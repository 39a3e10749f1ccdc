"""The checker against the engines other than SQLite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.records import Catalog
from agent.validators import validate
from agent.validators.functions import allowed
from agent.validators.grammar import grammar_of
from tests.validators.engines import DIALECTS, ERRORS, Engine, cases, catalog_of, engine, pieces

CASES = {dialect: cases(dialect) for dialect in DIALECTS}
CATALOGS = {dialect: catalog_of(dialect) for dialect in DIALECTS}
REFUSED = [(dialect, case) for dialect in DIALECTS for case in CASES[dialect]["refused"]]
ALLOWED = [(dialect, sql) for dialect in DIALECTS for sql in CASES[dialect]["allowed"]]


@pytest.fixture(scope="module", params=DIALECTS)
def open_engine(request: pytest.FixtureRequest) -> Iterator[tuple[str, Engine]]:
    with engine(request.param) as opened:
        yield request.param, opened


@pytest.mark.parametrize(("dialect", "case"), REFUSED, ids=lambda value: _id(value))
def test_refused(dialect: str, case: dict[str, str]) -> None:
    verdict = validate(case["sql"], CATALOGS[dialect])
    assert verdict.query is None
    said = [(finding.rule, finding.message, finding.hint) for finding in verdict.findings]
    assert any(rule == case["rule"] and case["says"] in message for rule, message, _ in said), said
    assert all(hint for _, _, hint in said), said
    assert not any("parser stops" in message for _, message, _ in said), said


@pytest.mark.parametrize(("dialect", "sql"), ALLOWED, ids=lambda value: _id(value))
def test_allowed_and_not_changed_by_a_second_check(dialect: str, sql: str) -> None:
    verdict = validate(sql, CATALOGS[dialect])
    assert verdict.findings == ()
    assert verdict.query is not None
    assert validate(verdict.query.sql, CATALOGS[dialect]) == verdict


def test_what_is_allowed_means_to_the_engine_what_was_drafted(open_engine: tuple[str, Engine]) -> None:
    dialect, opened = open_engine
    changed = [sql for sql in CASES[dialect]["allowed"] if _run(opened, _checked(sql, dialect)) != _run(opened, sql)]
    assert changed == []


def test_what_is_allowed_reads_nothing_but_tables_of_the_catalog(open_engine: tuple[str, Engine]) -> None:
    """Two statements are spliced at a blank; the engine itself judges the ones that pass."""
    dialect, opened = open_engine
    statements = [*CASES[dialect]["allowed"], *(case["sql"] for case in CASES[dialect]["refused"])]
    known = _ids(CATALOGS[dialect])

    @settings(deadline=None, derandomize=True, max_examples=200)
    @given(left=st.sampled_from(statements), right=st.sampled_from(statements), data=st.data())
    def judge(left: str, right: str, data: st.DataObject) -> None:
        heads, tails = left.split(" "), right.split(" ")
        cut, join = data.draw(st.integers(0, len(heads))), data.draw(st.integers(0, len(tails)))
        query = validate(" ".join([*heads[:cut], *tails[join:]]), CATALOGS[dialect]).query
        if query:
            assert {name.lower() for name in opened.touched(query.sql)} <= known, query.sql

    judge()


def test_an_expression_keeps_its_value(open_engine: tuple[str, Engine]) -> None:
    dialect, opened = open_engine

    @settings(deadline=None, derandomize=True, max_examples=300)
    @given(expressions(pieces(dialect)))
    def judge(expression: str) -> None:
        sql = f"SELECT {expression} FROM orders ORDER BY id"
        query = validate(sql, CATALOGS[dialect]).query
        try:
            drafted = opened.run(sql)[1]
        except ERRORS:
            return
        if query:
            assert repr(opened.run(query.sql)[1]) == repr(drafted), query.sql

    judge()


def test_the_engine_knows_when_a_statement_leaves_the_catalog(open_engine: tuple[str, Engine]) -> None:
    dialect, opened = open_engine
    system = {"duckdb": "duckdb_tables", "postgres": "pg_shadow", "mysql": "information_schema.tables"}[dialect]
    assert not opened.touched(f"SELECT 1 FROM {system}") <= _ids(CATALOGS[dialect])
    assert opened.touched("SELECT id FROM orders") <= _ids(CATALOGS[dialect])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_listed_function_is_tried(dialect: str) -> None:
    tried = set(re.findall(r"\w+", " ".join(CASES[dialect]["allowed"]).lower()))
    assert sorted(set(allowed(grammar_of(dialect))) - tried) == []


def expressions(parts: dict[str, list[str]]) -> st.SearchStrategy[str]:
    return st.recursive(
        st.sampled_from(parts["values"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(parts["operators"]), inner).map(" ".join),
            st.tuples(st.sampled_from(parts["prefixes"]), inner).map("".join),
            st.tuples(inner, st.sampled_from(parts["suffixes"])).map(" ".join),
            inner.map("({})".format),
            st.tuples(inner, inner).map(lambda pair: "CASE WHEN {} THEN {} END".format(*pair)),
            st.tuples(inner, inner).map(lambda pair: "coalesce({}, {})".format(*pair)),
        ),
        max_leaves=5,
    )


def _checked(sql: str, dialect: str) -> str:
    query = validate(sql, CATALOGS[dialect]).query
    return query.sql if query else ""


def _run(opened: Engine, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    names, rows = opened.run(sql)
    # A column without a name is called by its own text, which may be spelled another way.
    return [name if name.isidentifier() else "" for name in names], rows


def _ids(catalog: Catalog) -> set[str]:
    return {table.id.lower() for table in catalog.tables}


def _id(value: object) -> str:
    return value if value in DIALECTS else ascii(value["sql"] if isinstance(value, dict) else value)[:60]

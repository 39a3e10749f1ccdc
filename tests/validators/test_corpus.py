"""Every statement of the corpus against the checker, and every honest one on its real engine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.validators import validate
from agent.validators.grammar import grammar_of
from agent.validators.listed import allowed
from tests.validators.corpus import DIALECTS, corpus
from tests.validators.engines import Engine, engine

REFUSED = [(dialect, case) for dialect in DIALECTS for case in corpus(dialect).refused]
HONEST = [(dialect, sql) for dialect in DIALECTS for sql in corpus(dialect).honest]


@pytest.fixture(scope="module", params=DIALECTS)
def open_engine(request: pytest.FixtureRequest) -> Iterator[tuple[str, Engine]]:
    with engine(request.param) as opened:
        yield request.param, opened


def _id(value: object) -> str:
    return value if value in DIALECTS else ascii(value["sql"] if isinstance(value, dict) else value)[:60]


@pytest.mark.parametrize(("dialect", "case"), REFUSED, ids=_id)
def test_refused(dialect: str, case: dict[str, str]) -> None:
    verdict = validate(case["sql"], corpus(dialect).catalog)
    assert verdict.query is None
    said = [(finding.rule, finding.message, finding.hint) for finding in verdict.findings]
    wanted = (case["rule"], case["says"], case.get("hint", ""))
    assert any(rule == wanted[0] and wanted[1] in message and wanted[2] in hint for rule, message, hint in said), said
    assert all(hint for _, _, hint in said), said
    assert not any("parser stops" in message for _, message, _ in said), said


@pytest.mark.parametrize(("dialect", "sql"), HONEST, ids=_id)
def test_allowed_and_not_changed_by_a_second_check(dialect: str, sql: str) -> None:
    catalog = corpus(dialect).catalog
    verdict = validate(sql, catalog)
    assert verdict.findings == ()
    assert verdict.query is not None
    assert validate(verdict.query.sql, catalog) == verdict


def test_what_is_allowed_means_to_the_engine_what_was_drafted(open_engine: tuple[str, Engine]) -> None:
    dialect, opened = open_engine
    changed = []
    for sql in corpus(dialect).honest:
        query = validate(sql, corpus(dialect).catalog).query
        if query and _run(opened, query.sql) != _run(opened, sql):
            changed.append((sql, query.sql))
    assert changed == []


def test_what_is_allowed_reads_nothing_but_tables_of_the_catalog(open_engine: tuple[str, Engine]) -> None:
    """Two statements are spliced at a blank; the engine itself judges the ones that pass."""
    dialect, opened = open_engine
    catalog, known = corpus(dialect).catalog, _known(dialect)

    @settings(deadline=None, derandomize=True, max_examples=200)
    @given(st.sampled_from(corpus(dialect).statements), st.sampled_from(corpus(dialect).statements), st.data())
    def judge(left: str, right: str, data: st.DataObject) -> None:
        heads, tails = left.split(" "), right.split(" ")
        cut, join = data.draw(st.integers(0, len(heads))), data.draw(st.integers(0, len(tails)))
        query = validate(" ".join([*heads[:cut], *tails[join:]]), catalog).query
        if query:
            assert {name.lower() for name in opened.touched(query.sql)} <= known, query.sql

    judge()


def test_the_engine_knows_when_a_statement_leaves_the_catalog(open_engine: tuple[str, Engine]) -> None:
    dialect, opened = open_engine
    system = {
        "sqlite": "sqlite_master",
        "duckdb": "duckdb_tables",
        "postgres": "pg_shadow",
        "mysql": "information_schema.tables",
    }
    assert not opened.touched(f"SELECT 1 FROM {system[dialect]}") <= _known(dialect)
    assert opened.touched("SELECT id FROM orders") <= _known(dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_listed_function_is_tried(dialect: str) -> None:
    tried = set(re.findall(r"\w+", " ".join(corpus(dialect).honest).lower()))
    assert sorted(set(allowed(grammar_of(dialect))) - tried) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_corpus_is_large_and_says_what_is_wrong(dialect: str) -> None:
    cases = corpus(dialect)
    assert len(cases.attacks) >= 200
    assert len(cases.honest) >= 150
    for group in (cases.honest, [case["sql"] for case in cases.refused]):
        # A statement that differs in blanks and the case of letters alone is no other one.
        written = Counter(re.sub(r"[ \n\t]+", " ", sql.strip(" \n\t").lower()) for sql in group)
        assert [sql for sql, times in written.items() if times > 1] == []
    assert [case["sql"] for case in cases.attacks if case["says"].strip().endswith("is not allowed in a query")] == []


def _known(dialect: str) -> set[str]:
    """The tables and the functions that a statement of the dialect may reach."""
    calls = {f"{name}()" for name in allowed(grammar_of(dialect))}
    return calls | {table.id.lower() for table in corpus(dialect).catalog.tables}


def _run(opened: Engine, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    names, rows = opened.run(sql)
    # A column without a name is called by its own text, which may be spelled another way.
    return [name if name.isidentifier() else "" for name in names], rows

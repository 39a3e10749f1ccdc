"""SQL of another engine is refused with what to write instead, and that is SQL of this one."""

from __future__ import annotations

import pytest

from agent.records import Catalog, Column, Table, Verdict
from agent.validators import validate
from agent.validators.elsewhere import _functions
from agent.validators.grammar import GRAMMARS, grammar_of
from agent.validators.listed import allowed

INSTEAD = [
    (name, dialect, instead) for name, (_, others) in _functions().items() for dialect, instead in others.items()
]


def checked(sql: str, dialect: str) -> Verdict:
    columns = (Column("x", "TEXT"), Column("y", "TEXT"), Column("Order Id", "TEXT"))
    return validate(sql, Catalog(dialect, (Table("t", columns),)))


@pytest.mark.parametrize(("name", "dialect", "instead"), INSTEAD)
def test_what_to_write_instead_passes_where_the_other_does_not(name: str, dialect: str, instead: str) -> None:
    assert dialect in GRAMMARS
    assert name not in allowed(grammar_of(dialect))
    written = "'2026-01-31'" if "itself" in instead else instead
    assert checked(f"SELECT {written} AS z FROM t", dialect).query


@pytest.mark.parametrize(
    ("sql", "dialect", "hint"),
    [
        ("SELECT DATE_TRUNC('month', x) FROM t", "sqlite", "known to PostgreSQL and DuckDB; on SQLite write strftime("),
        ("SELECT YEAR(x) FROM t", "postgres", "known to MySQL; on PostgreSQL write EXTRACT(YEAR FROM x)"),
        ("SELECT strftime('%Y', x) FROM t", "mysql", "known to SQLite and DuckDB; on MySQL write DATE_FORMAT("),
        ("SELECT TOP 5 x FROM t", "sqlite", "it seems to be SQL Server SQL; write LIMIT at the end in place of TOP"),
        ("SELECT [Order Id] FROM t", "postgres", 'SQL Server SQL; write "Order Id" in place of [Order Id]'),
        ("SELECT [Order Id] FROM t", "mysql", "SQL Server SQL; write `Order Id` in place of [Order Id]"),
        ("SELECT `Order Id` FROM t", "duckdb", 'MySQL SQL; write "Order Id" in place of `Order Id`'),
        ("SELECT x FROM t WHERE AND", "sqlite", "write one SELECT statement"),
    ],
)
def test_the_engine_that_has_it_is_named(sql: str, dialect: str, hint: str) -> None:
    (finding,) = checked(sql, dialect).findings

    assert hint in finding.hint


@pytest.mark.parametrize("sql", ["SELECT [Order Id] FROM t", "SELECT `Order Id` FROM t", 'SELECT "Order Id" FROM t'])
def test_any_quoting_that_an_engine_reads_keeps_the_name(sql: str) -> None:
    query = checked(sql, "sqlite").query

    assert query is not None
    assert '"Order Id"' in query.sql

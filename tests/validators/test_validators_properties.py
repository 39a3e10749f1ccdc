import sqlite3
from pathlib import Path

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.records import Catalog, Column, Table
from agent.validators import validate

SAFETY = Path(__file__).parents[1] / "fixtures" / "safety"
CASES = yaml.safe_load((SAFETY / "sqlite.yaml").read_text("utf-8"))
PIECES = yaml.safe_load((SAFETY / "sqlite_pieces.yaml").read_text("utf-8"))
STATEMENTS = [case["sql"] for case in CASES["refused"]] + CASES["allowed"]

CATALOG = Catalog("sqlite", (Table("t", tuple(Column(name, "") for name in ("a", "b", "c"))),))

# The same examples in every run, on a machine of any speed.
FUZZ = settings(deadline=None, derandomize=True, max_examples=150)

WORDS = st.sampled_from([*PIECES["words"], *(word for sql in STATEMENTS for word in sql.split())])
EXPRESSIONS = st.recursive(
    st.sampled_from(PIECES["values"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(PIECES["operators"]), inner).map(" ".join),
        st.tuples(st.sampled_from(PIECES["prefixes"]), inner).map("".join),
        st.tuples(inner, st.sampled_from(PIECES["suffixes"])).map(" ".join),
        inner.map("({})".format),
        inner.map("CAST({} AS NUMERIC)".format),
        st.tuples(inner, inner).map(lambda pair: "CASE WHEN {} THEN {} END".format(*pair)),
        st.tuples(inner, inner).map(lambda pair: "coalesce({}, {})".format(*pair)),
    ),
    max_leaves=6,
)


def connect() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE t (a INTEGER, b TEXT, c REAL);"
        "INSERT INTO t VALUES (5, '5', 2.5), (NULL, 'abc', 0), (-7, 'A%', NULL), (0, '', 1e3);"
    )
    return connection


@FUZZ
@given(st.text(max_size=60))
@example("(" * 19_000)
@example("NOT " * 4_000)
@example("SELECT " + "~" * 15_000 + "1")
@example("SELECT " + "- " * 9_000 + "1")
@example("SELECT 1" + " IS NOT NULL" * 1_500)
@example("SELECT 1" + " UNION SELECT 1" * 1_200)
@example("SELECT 1" + " + 1" * 4_500)
@example("SELECT " + "[" * 9_000)
@example("'" * 19_999)
@example("x" * 1_000_000)
def test_no_text_makes_it_raise(text: str) -> None:
    verdict = validate(text, CATALOG)
    assert (verdict.query is None) == bool(verdict.findings)


@FUZZ
@given(st.lists(WORDS, min_size=1, max_size=30).map(" ".join))
def test_no_sql_makes_it_raise(sql: str) -> None:
    for text in (sql, f"SELECT {sql}", f"SELECT a FROM t WHERE {sql}"):
        verdict = validate(text, CATALOG)
        assert (verdict.query is None) == bool(verdict.findings)


@FUZZ
@given(EXPRESSIONS)
def test_an_expression_keeps_its_value(expression: str) -> None:
    sql = f"SELECT {expression} FROM t"
    query = validate(sql, CATALOG).query
    connection = connect()
    try:
        drafted = connection.execute(sql).fetchall()
    except sqlite3.Error:
        return
    finally:
        connection.close()
    if query:
        assert connect().execute(query.sql).fetchall() == drafted, query.sql

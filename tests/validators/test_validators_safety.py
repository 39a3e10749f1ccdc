import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.records import Catalog, CheckedQuery, Column, Table
from agent.validators import validate
from agent.validators.functions import allowed
from agent.validators.grammar import grammar_of

SAFETY = Path(__file__).parents[1] / "fixtures" / "safety"
CASES = yaml.safe_load((SAFETY / "sqlite.yaml").read_text("utf-8"))
STATEMENTS = [*CASES["allowed"], *(case["sql"] for case in CASES["refused"])]
# SQLite calls its operators functions, too.
FUNCTIONS = set(allowed(grammar_of("sqlite"))) | {"like", "glob", "->", "->>"}


@pytest.fixture(scope="module")
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript((SAFETY / "sqlite.sql").read_text("utf-8"))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def catalog(database: sqlite3.Connection) -> Catalog:
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master")]
    columns = "SELECT name, type FROM pragma_table_info(?)"
    return Catalog(
        "sqlite", tuple(Table(name, tuple(Column(*c) for c in database.execute(columns, [name]))) for name in names)
    )


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: ascii(case["sql"])[:60])
def test_refused(case: dict[str, str], catalog: Catalog) -> None:
    verdict = validate(case["sql"], catalog)
    assert verdict.query is None
    said = [(finding.rule, finding.message, finding.hint) for finding in verdict.findings]
    wanted = (case["rule"], case["says"], case.get("hint", ""))
    assert any(rule == wanted[0] and wanted[1] in message and wanted[2] in hint for rule, message, hint in said), said
    assert not any("parser stops" in message for _, message, _ in said), said


@pytest.mark.parametrize("sql", CASES["allowed"], ids=lambda sql: ascii(sql)[:60])
def test_allowed_and_unchanged(sql: str, catalog: Catalog, database: sqlite3.Connection) -> None:
    verdict = validate(sql, catalog)
    assert verdict.findings == ()
    assert verdict.query is not None
    assert _run(database, verdict.query.sql) == _run(database, sql)
    assert validate(verdict.query.sql, catalog) == verdict


@settings(deadline=None, derandomize=True, max_examples=200)
@given(left=st.sampled_from(STATEMENTS), right=st.sampled_from(STATEMENTS), data=st.data())
def test_what_is_allowed_reads_nothing_but_tables_of_the_catalog(
    left: str, right: str, data: st.DataObject, catalog: Catalog
) -> None:
    """Two statements are spliced at a blank; SQLite's own authorizer judges the ones that pass."""
    heads, tails = left.split(" "), right.split(" ")
    cut, join = data.draw(st.integers(0, len(heads))), data.draw(st.integers(0, len(tails)))
    query = validate(" ".join([*heads[:cut], *tails[join:]]), catalog).query
    if query:
        assert _denied(query, catalog) == [], query.sql


def _denied(query: CheckedQuery, catalog: Catalog) -> list[tuple[int, str | None, str | None]]:
    denied: list[tuple[int, str | None, str | None]] = []
    tables = {table.name for table in catalog.tables}

    def authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
        # Of a relation that is not a table, and whose columns are not used, SQLite reports a column "".
        unused = second == "" and not str(first).startswith(("sqlite_", "pragma_"))
        if (
            action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE)
            or (action == sqlite3.SQLITE_READ and (first in tables or unused))
            or (action == sqlite3.SQLITE_FUNCTION and second in FUNCTIONS)
        ):
            return sqlite3.SQLITE_OK
        denied.append((action, first, second))
        return sqlite3.SQLITE_DENY

    connection = sqlite3.connect(":memory:")
    connection.executescript((SAFETY / "sqlite.sql").read_text("utf-8"))
    connection.set_authorizer(authorize)
    # What the checker lets through may still be an error to SQLite; only what it would touch counts here.
    with closing(connection), suppress(sqlite3.Error):
        connection.execute(query.sql).fetchmany(10)
    return denied


def _run(database: sqlite3.Connection, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    cursor = database.execute(sql)
    # A column without a name is called by its own text, which may be spelled another way.
    names = [column[0] if column[0].isidentifier() else "" for column in cursor.description]
    return names, cursor.fetchall()

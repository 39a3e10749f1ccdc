"""Names with capitals and blanks, and reserved words, are asked for as any other, on every engine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from agent import Agent
from agent.drafters.builtin.compose.identifiers import identifier
from tests.services import mariadb_database, postgres_database

SCRIPT = """
CREATE TABLE "Group" ("Id" INTEGER PRIMARY KEY, "Name" VARCHAR(40) NOT NULL);
CREATE TABLE "Order" (
    "Id" INTEGER PRIMARY KEY, "Group Id" INTEGER NOT NULL REFERENCES "Group" ("Id"), "rank" VARCHAR(40) NOT NULL,
    "Total Amount" DECIMAL(10, 2) NOT NULL, "OrderDate" DATE NOT NULL, "user" VARCHAR(40)
);
INSERT INTO "Group" VALUES (1, 'It''s \\ North'), (2, 'South');
INSERT INTO "Order" VALUES (1, 1, 'gold', 10.5, '2026-10-02', 'ann'), (2, 1, 'iron', 20, '2026-10-09', NULL),
    (3, 2, 'gold', 5, '2026-11-01', 'bob');
"""
ANSWERS = {
    "how many orders": {(3,)},
    "number of orders per rank": {("gold", 2), ("iron", 1)},
    "total amount per month": {("2026-10", 30.5), ("2026-11", 5.0)},
    "total amount per group": {("It's \\ North", 30.5), ("South", 5.0)},
    "number of orders with user 'ann'": {(1,)},
    "names of groups with more than 1 order": {("It's \\ North",)},
}


@pytest.fixture(scope="module", params=["sqlite", "duckdb", "postgres", "mysql"])
def agent(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with ExitStack() as parts:
        url = _url(request.param, tmp_path_factory.mktemp("names"), parts)
        yield parts.enter_context(Agent.connect(url, today=date(2026, 11, 21)))


def _url(engine: str, folder: Path, parts: ExitStack) -> str:
    if engine == "postgres":
        return parts.enter_context(postgres_database(SCRIPT))
    if engine == "mysql":
        return parts.enter_context(mariadb_database(SCRIPT.replace('"', "`").replace("\\", "\\\\")))
    file = folder / f"names.{engine}"
    if engine == "sqlite":
        with closing(sqlite3.connect(file)) as database:
            database.executescript(SCRIPT)
    else:
        with duckdb.connect(file) as connection:
            connection.execute(SCRIPT)
    return f"{engine}:///{file}"


@pytest.mark.parametrize("question", ANSWERS)
def test_names_are_quoted_where_they_must_be(agent: Agent, question: str) -> None:
    answer = agent.ask(question)

    rows = {tuple(float(cell) if type(cell).__name__ == "Decimal" else cell for cell in row) for row in answer.rows}
    assert rows == ANSWERS[question], answer.sql


@pytest.mark.parametrize("name", ["Group", "order", "total amount", "2nd", "größe", "rank", "user", "Ünit"])
@pytest.mark.parametrize("dialect", ["", "sqlite", "duckdb", "postgres", "mysql", "tsql"])
def test_doubtful_names_are_quoted(name: str, dialect: str) -> None:
    assert identifier(name, dialect).quoted


@pytest.mark.parametrize("name", ["customers", "name", "ordered_at", "total", "status"])
def test_plain_names_are_not(name: str) -> None:
    assert not any(identifier(name, dialect).quoted for dialect in ("sqlite", "duckdb", "postgres", "mysql"))

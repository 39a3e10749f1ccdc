"""What a question leaves open: among the readings is the one that gives the rows of SQL written by hand."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from agent import Agent
from agent.dialects.sqlite import open_read_only
from agent.drafters.builtin import BuiltinDrafter
from agent.drafters.builtin.compose.compose import compose
from agent.drafters.builtin.rank.rank import readings
from agent.drafters.builtin.rank.weights import load_weights
from agent.errors import NotUnderstoodError
from agent.records import Question
from agent.schema_index.retrieve import retrieve

# The readings that are looked at.
FIRST = 40

HARBOURS = """
CREATE TABLE port (port_id INTEGER PRIMARY KEY, name TEXT, country TEXT, depth REAL);
CREATE TABLE shipyard (shipyard_id INTEGER PRIMARY KEY, name TEXT, country TEXT);
CREATE TABLE ship (ship_id INTEGER PRIMARY KEY, name TEXT, built INTEGER, flag TEXT);
CREATE TABLE sailor (
    sailor_id INTEGER PRIMARY KEY, name TEXT, age INTEGER, ship_id INTEGER REFERENCES ship (ship_id)
);
CREATE TABLE voyage (
    voyage_id INTEGER PRIMARY KEY,
    ship_id INTEGER REFERENCES ship (ship_id),
    origin_port_id INTEGER REFERENCES port (port_id),
    destination_port_id INTEGER REFERENCES port (port_id),
    cargo TEXT,
    tons REAL
);
INSERT INTO port VALUES
    (1, 'Oslo', 'Norway', 18), (2, 'Bergen', 'Norway', 25), (3, 'Gdansk', 'Poland', 14), (4, 'Split', 'Croatia', 22);
INSERT INTO shipyard VALUES (1, 'Blue Dock', 'Norway'), (2, 'Old Slip', 'Italy'), (3, 'Red Dock', 'Poland');
INSERT INTO ship VALUES
    (1, 'Heron', 1990, 'green'), (2, 'Gull', 2004, 'blue'), (3, 'Heron', 2011, 'green'), (4, 'Tern', 2015, 'red');
INSERT INTO sailor VALUES (1, 'Ada', 30, 1), (2, 'Bo', 44, 1), (3, 'Cy', 51, 2), (4, 'Di', 23, 2), (5, 'Ed', 37, 3);
INSERT INTO voyage VALUES
    (1, 1, 1, 3, 'grain', 10), (2, 1, 1, 3, 'coal', 20), (3, 2, 3, 1, 'grain', 40), (4, 2, 3, 2, 'grain', 15),
    (5, 2, 2, 3, 'timber', 5), (6, 3, 2, 1, 'coal', 30);
"""


@pytest.fixture(scope="module")
def harbours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Agent, sqlite3.Connection]]:
    path: Path = tmp_path_factory.mktemp("harbours") / "harbours.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(HARBOURS)
    with Agent.connect(path, model="builtin") as agent, closing(open_read_only(path)) as db:
        yield agent, db


@pytest.mark.parametrize(
    ("question", "by_hand"),
    [
        (
            "How many ships have no voyage?",
            "SELECT count(*) FROM ship WHERE ship_id NOT IN (SELECT ship_id FROM voyage)",
        ),
        (
            "Show the countries that have no port with a depth above 20.",
            "SELECT country FROM port EXCEPT SELECT country FROM port WHERE depth > 20",
        ),
        (
            "What are the names of the ships except those with at least two voyages?",
            "SELECT name FROM ship s WHERE (SELECT count(*) FROM voyage v WHERE v.ship_id = s.ship_id) < 2",
        ),
        (
            "What are the names of ships with a voyage of grain and a voyage of coal?",
            "SELECT s.name FROM ship s JOIN voyage v USING (ship_id) WHERE cargo = 'grain' "
            "INTERSECT SELECT s.name FROM ship s JOIN voyage v USING (ship_id) WHERE cargo = 'coal'",
        ),
        (
            "How many ships have a voyage with grain?",
            "SELECT count(DISTINCT ship_id) FROM voyage WHERE cargo = 'grain'",
        ),
        (
            "What is the average age of the sailors of the ship with the most voyages?",
            "SELECT avg(age) FROM sailor WHERE ship_id = "
            "(SELECT ship_id FROM voyage GROUP BY ship_id ORDER BY count(*) DESC LIMIT 1)",
        ),
        (
            "Which flag do the most ships have?",
            "SELECT flag FROM ship GROUP BY flag ORDER BY count(*) DESC LIMIT 1",
        ),
        (
            "For each ship name, how many voyages are there?",
            "SELECT name, count(*) FROM ship JOIN voyage USING (ship_id) GROUP BY name",
        ),
        (
            "For each ship, show its name and the number of voyages.",
            "SELECT name, count(*) FROM ship JOIN voyage USING (ship_id) GROUP BY ship_id",
        ),
        (
            "What are the names of the destination ports of voyages with coal?",
            "SELECT p.name FROM voyage v JOIN port p ON p.port_id = v.destination_port_id WHERE cargo = 'coal'",
        ),
        (
            "What are the names of the origin ports of voyages with coal?",
            "SELECT p.name FROM voyage v JOIN port p ON p.port_id = v.origin_port_id WHERE cargo = 'coal'",
        ),
        (
            "How many voyages go from Oslo to Gdansk?",
            "SELECT count(*) FROM voyage WHERE origin_port_id = 1 AND destination_port_id = 3",
        ),
        (
            "What are the countries of ports and shipyards?",
            "SELECT country FROM port UNION SELECT country FROM shipyard",
        ),
        (
            "Which countries have both ports and shipyards?",
            "SELECT country FROM port INTERSECT SELECT country FROM shipyard",
        ),
        # Two ships have one name: each is in a set by itself, and stays a row by itself.
        (
            "names of ships that carried grain and also coal",
            "SELECT name FROM ship WHERE ship_id IN (SELECT ship_id FROM voyage WHERE cargo = 'grain')"
            " AND ship_id IN (SELECT ship_id FROM voyage WHERE cargo = 'coal')",
        ),
        (
            "names of ships without sailors over 40",
            "SELECT name FROM ship WHERE ship_id NOT IN (SELECT ship_id FROM sailor WHERE age > 40)",
        ),
        (
            "names of ships that carried grain, coal or timber",
            "SELECT name FROM ship WHERE ship_id IN"
            " (SELECT ship_id FROM voyage WHERE cargo IN ('grain', 'coal', 'timber'))",
        ),
        (
            "sailors aged 30 or 44",
            "SELECT name FROM sailor WHERE age IN (30, 44)",
        ),
    ],
)
def test_reading(harbours: tuple[Agent, sqlite3.Connection], question: str, by_hand: str) -> None:
    agent, db = harbours
    wanted = Counter(db.execute(by_hand).fetchall())
    context = retrieve(Question(question, date(2026, 1, 31)), agent.index)
    scene, _ = BuiltinDrafter().scene(context)
    read = []
    for reading in readings(scene, load_weights())[:FIRST]:
        try:
            sql = compose(reading.query, context.catalog)
        except NotUnderstoodError:
            continue
        read.append(Counter(db.execute(sql).fetchall()))
    assert wanted in read

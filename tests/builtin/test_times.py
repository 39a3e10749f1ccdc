"""Which date a time is of, how long things take, how far they are, and when they happened first, in a workshop."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from agent import Agent
from agent.same_rows import same_rows

WORKSHOP = """
CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT NOT NULL, town TEXT NOT NULL, registered_on DATE NOT NULL);
CREATE TABLE mechanics (id INTEGER PRIMARY KEY, name TEXT NOT NULL, hired_on DATE NOT NULL);
CREATE TABLE repairs (
    id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL REFERENCES owners (id),
    mechanic_id INTEGER NOT NULL REFERENCES mechanics (id), bike TEXT NOT NULL, price REAL NOT NULL,
    accepted_on DATE NOT NULL, due_on DATE NOT NULL, finished_on DATE
);
CREATE TABLE pickups (
    id INTEGER PRIMARY KEY, repair_id INTEGER NOT NULL REFERENCES repairs (id), courier TEXT NOT NULL,
    picked_up_at DATETIME NOT NULL, handed_over_at DATETIME
);
INSERT INTO owners VALUES (1, 'Mia Roth', 'Kiel', '2024-03-01'), (2, 'Jon Berg', 'Kiel', '2025-07-11'),
    (3, 'Ida Falk', 'Lund', '2026-10-02');
INSERT INTO mechanics VALUES (1, 'Sam Lee', '2020-01-15'), (2, 'Pat Kern', '2025-02-01');
INSERT INTO repairs VALUES
    (1, 1, 1, 'Raptor', 80, '2025-10-03', '2025-10-10', '2025-10-08'),
    (2, 1, 2, 'Comet', 120, '2026-10-05', '2026-10-09', '2026-10-20'),
    (3, 2, 1, 'Falcon', 60, '2026-10-06', '2026-10-16', '2026-10-09'),
    (4, 2, 2, 'Comet', 45, '2026-11-02', '2026-11-12', NULL),
    (5, 3, 1, 'Raptor', 200, '2026-11-16', '2026-12-01', NULL);
INSERT INTO pickups VALUES (1, 1, 'Bolt', '2025-10-09 09:30:00', '2025-10-11 10:00:00'),
    (2, 2, 'Bolt', '2026-10-21 15:00:00', '2026-10-25 15:00:00'),
    (3, 3, 'Dash', '2026-10-10 20:15:00', '2026-10-11 08:00:00');
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("workshop") / "workshop.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(WORKSHOP)
    return path


@pytest.fixture(scope="module")
def workshop(path: Path) -> Iterator[Agent]:
    with Agent.connect(path, today=date(2026, 11, 21)) as agent:
        yield agent


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("pickups per courier last month", "SELECT courier, COUNT(*) FROM pickups WHERE id > 1 GROUP BY 1"),
        ("repairs finished in october 2026", "SELECT id FROM repairs WHERE finished_on LIKE '2026-10%'"),
        ("how many repairs were finished last month", "SELECT 2"),
        ("When was repair 3 finished?", "SELECT finished_on FROM repairs WHERE id = 3"),
        ("repairs in october last year", "SELECT id FROM repairs WHERE id = 1"),
        ("which mechanic did the most repairs in 2025", "SELECT name FROM mechanics WHERE id = 1"),
        ("overdue repairs", "SELECT id FROM repairs WHERE id = 4"),
        ("how many repairs are still open", "SELECT 2"),
        ("repairs that were finished late", "SELECT id FROM repairs WHERE id = 2"),
        ("owners who had their first repair in 2026", "SELECT name FROM owners WHERE id > 1"),
        ("repairs that took more than a week", "SELECT id FROM repairs WHERE id = 2"),
        ("how long does a repair take on average", "SELECT (5 + 15 + 3) / 3.0"),
        ("pickups on weekends", "SELECT id FROM pickups WHERE id = 3"),
        ("pickups in the evening", "SELECT id FROM pickups WHERE id = 3"),
    ],
)
def test_the_time_that_is_meant(workshop: Agent, path: Path, question: str, sql: str) -> None:
    answer = workshop.ask(question)

    with closing(sqlite3.connect(path)) as database:
        assert same_rows(database.execute(sql).fetchall(), answer.rows, ordered=False), answer.sql


def test_what_is_taken_for_granted_is_told(workshop: Agent) -> None:
    by_date = workshop.ask("pickups per courier last month").assumptions
    days = workshop.ask("how long does a repair take on average").assumptions

    assert any(said.endswith("by pickups.picked_up_at (not handed_over_at)") for said in by_date)
    assert "days from repairs.accepted_on to repairs.finished_on" in days

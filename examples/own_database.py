"""Make a small SQLite database and ask it: declared foreign keys are all that a join needs."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from agent import Agent
from agent.errors import RefusedError

SCHEMA = """
CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL);
CREATE TABLE players (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    team_id INTEGER NOT NULL REFERENCES teams (id),
    goals INTEGER NOT NULL,
    joined_on DATE NOT NULL
);
INSERT INTO teams VALUES (1, 'Harbour Gulls', 'Bergen'), (2, 'River Otters', 'Ghent'), (3, 'Old Mill', 'Porto');
INSERT INTO players VALUES
    (1, 'Ida', 1, 12, '2024-02-01'), (2, 'Bo', 1, 3, '2025-08-15'), (3, 'Lea', 2, 9, '2023-07-01');
"""
QUESTIONS = ["total goals per team", "teams without players", "what is the weather in Porto"]

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "league.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SCHEMA)
    with Agent.connect(f"sqlite:///{path}") as league:
        for question in QUESTIONS:
            try:
                print(question, "→", *league.ask(question).rows)
            except RefusedError as refusal:
                print(question, "→", refusal.message)

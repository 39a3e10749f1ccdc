"""Two small databases, with questions of which some do harm."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[1] / "fixtures" / "evaluate"


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with cinema.sqlite and garden/garden.db."""
    folder = tmp_path_factory.mktemp("databases")
    for name, place in (("cinema", "cinema.sqlite"), ("garden", "garden/garden.db")):
        path = folder / place
        path.parent.mkdir(exist_ok=True)
        with closing(sqlite3.connect(path)) as database:
            database.executescript((FIXTURES / f"{name}.sql").read_text(encoding="utf-8"))
            database.commit()
    return folder

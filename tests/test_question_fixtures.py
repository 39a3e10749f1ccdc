"""Questions with hand-written SQL: every accepted statement runs, and the first one finds something."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml

QUESTIONS = Path(__file__).parent / "fixtures/questions"


@pytest.mark.parametrize(
    ("world", "fixture"), [("clinic", "clinic"), ("projects", "projects"), ("projects", "projects_held")]
)
def test_every_accepted_statement_runs_and_finds_something(world: str, fixture: str) -> None:
    cases = yaml.safe_load((QUESTIONS / f"{fixture}.yaml").read_text("utf-8"))
    asked = [case["question"] for case in cases]
    assert len(asked) == len(set(asked))
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript((QUESTIONS / f"{world}.sql").read_text("utf-8"))
        assert not database.execute("PRAGMA foreign_key_check").fetchall()
        for case in cases:
            accepted = [case["sql"]] if isinstance(case["sql"], str) else case["sql"]
            first, *_ = [database.execute(sql).fetchall() for sql in accepted]
            assert any(value not in (None, 0) for row in first for value in row), accepted[0]

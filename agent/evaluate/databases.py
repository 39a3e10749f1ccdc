"""The files of the databases that questions are about."""

from __future__ import annotations

from pathlib import Path

from agent.errors import UsageError
from agent.pipeline import Agent

SUFFIXES = (".sqlite", ".db", ".duckdb")
MOST_ROWS = 100_000
"""Of either result: a right query with more is not measured, and a prediction with more is wrong."""


def find_database(folder: Path, name: str) -> Path | None:
    """The file of a database in a folder, as NAME.sqlite or NAME/NAME.sqlite (also .db and .duckdb), or None."""
    # A name from a file of questions leads nowhere else.
    if Path(name).name != name:
        return None
    places = (folder / inner / f"{name}{suffix}" for inner in ("", name) for suffix in SUFFIXES)
    return next((place for place in places if place.is_file()), None)


def open_database(
    folder: Path, name: str, model: str, *, rows: int | None = None, seconds: float | None = None
) -> Agent:
    """The agent that asks a database in a folder; UsageError when there is none of that name, and as `Agent.connect`.

    The settings say what is not given.
    """
    path = find_database(folder, name)
    if path is None:
        raise UsageError(f"there is no database {name}")
    return Agent.connect(path, model=model, limit=rows, timeout=seconds)

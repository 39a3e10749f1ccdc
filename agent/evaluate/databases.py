"""The files of the databases that questions are about."""

from __future__ import annotations

from pathlib import Path

SUFFIXES = (".sqlite", ".db", ".duckdb")


def find_database(folder: Path, name: str) -> Path | None:
    """The file of a database in a folder, as NAME.sqlite or NAME/NAME.sqlite (also .db and .duckdb), or None."""
    # A name from a file of questions leads nowhere else.
    if Path(name).name != name:
        return None
    places = (folder / inner / f"{name}{suffix}" for inner in ("", name) for suffix in SUFFIXES)
    return next((place for place in places if place.is_file()), None)

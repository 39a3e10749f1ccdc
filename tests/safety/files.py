"""Database files as places, and what a statement must leave as it is around them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import duckdb

from tests.safety.place import Place, files, script


@contextmanager
def file_place(dialect: str, folder: Path) -> Iterator[Place]:
    """A database file in a folder of its own; `folder` is watched, and all that is in it."""
    home = folder / "database"
    home.mkdir()
    path = home / f"shop.{dialect}"
    {"sqlite": _make_sqlite, "duckdb": _make_duckdb}[dialect](path, script(dialect))
    yield Place(f"{dialect}:///{path}", partial(files, folder))


def _make_sqlite(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as writer:
        writer.executescript(text)


def _make_duckdb(path: Path, text: str) -> None:
    with closing(duckdb.connect(path)) as writer:
        writer.execute(text)

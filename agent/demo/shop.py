"""The file of the demo shop, made when there is none for this month."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.errors import DatabaseError, UsageError

FORMAT = 1  # raised when the tables or the generator change, so that older files are remade


def ensure_shop(folder: Path, today: date) -> Path:
    """The path of folder/shop.db, an SQLite file with data up to and including `today`.

    The file is made once a month: it is returned as it is for any other day of the month it was made for, so
    that its index stays valid, and its data then end on the day it was made. It is remade when it was made
    for another month or cannot be read, and takes its place whole, so that a reader of the old file is not
    disturbed. Raises DatabaseError where it cannot be written and UsageError for a year far away.
    """
    if not 1900 <= today.year <= 2999:
        raise UsageError(f"the demo shop knows no year {today.year}", "choose a day between 1900 and 2999")
    shop = folder / "shop.db"
    version = _version(today)
    if _version_of(shop) != version:
        _make(shop, today, version)
    return shop


def _version(today: date) -> int:
    return FORMAT * 1_000_000 + today.year * 100 + today.month


def _version_of(shop: Path) -> int | None:
    try:
        with closing(sqlite3.connect(f"{shop.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            # Reading the header also fails for a file that is cut short.
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        return None


def _make(shop: Path, today: date, version: int) -> None:
    try:
        shop.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".shop-", dir=shop.parent) as scratch:
            draft = Path(scratch) / shop.name
            _write(draft, today, version)
            draft.replace(shop)
    except (OSError, sqlite3.Error) as error:
        hint = "choose a folder that can be written with the setting cache_dir (SQLWRIGHT_CACHE_DIR)"
        raise DatabaseError(f"the demo shop cannot be made in {shop.parent}: {error}", hint) from error


def _write(file: Path, today: date, version: int) -> None:
    # Only here, so that finding a shop that exists costs no more than opening it.
    from agent.demo.generate import generate
    from agent.demo.schema import INDEXES, TABLES

    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(f"BEGIN; {TABLES}")
        for table, rows in generate(today).items():
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
        # executescript commits the rows before it begins.
        connection.executescript(f"BEGIN; {INDEXES} PRAGMA user_version = {version}; COMMIT;")

"""What safe execution costs on each engine, beside its plain driver."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from benchmarks.measure import Figure, medians, seconds

POSTGRES = os.environ.get("BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
MARIADB = os.environ.get("BENCH_MARIADB", "mariadb://root@127.0.0.1:3306/mysql")
ROWS = 100_000
FEW = 1_000
COLUMNS = "n, n * 2 AS a, n * 0.5 AS b, 'text' AS c, 'another text' AS d, n + 1 AS e, n + 2 AS f, NULL AS g"
TRIVIAL = "SELECT 1"

PlainRead = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine, its plain driver, where the benchmark finds it, and how it counts from 1 to ROWS."""

    name: str
    driver: str
    url: Callable[[Path], str]
    plain: Callable[[str], Any]
    counting: str


def engines() -> Iterator[Figure]:
    """Three figures for every engine that answers: a trivial query, few rows, and many."""
    with TemporaryDirectory() as folder:
        for engine in ENGINES:
            url = engine.url(Path(folder))
            try:
                plain = engine.plain(url)
            except Exception as error:  # every driver has errors of its own
                print(f"no figures for {engine.name}: {type(error).__name__}", flush=True)
                continue
            with closing(plain):
                yield from _figures(engine, url, plain)


def _figures(engine: Engine, url: str, plain: Any) -> Iterator[Figure]:
    from agent.dialects import connect
    from agent.dialects.address import read_address
    from agent.records import Limits

    limits = Limits(rows=ROWS)
    many = f"SELECT {COLUMNS} FROM {engine.counting}"
    few = f"{many} WHERE n <= {FEW}"
    with closing(connect(read_address(url))) as ours:
        ours.run(TRIVIAL, limits)
        questions = (
            ("a trivial query", TRIVIAL, 50),
            (f"{FEW:,} rows of 8 columns", few, 20),
            (f"{ROWS:,} rows of 8 columns", many, 5),
        )
        for what, sql, runs in questions:
            safe, bare = medians(
                runs,
                lambda sql=sql: seconds(lambda: ours.run(sql, limits)),  # type: ignore[misc]
                lambda sql=sql: seconds(lambda: _fetched(plain, sql)),  # type: ignore[misc]
            )
            if sql != many:
                added = (safe - bare) * 1000
                yield Figure(f"{engine.name}: what safe execution adds to {what}, warm", added, "ms", 10)
            else:
                yield Figure(f"{engine.name}: {what}", safe, "s", 2.5, f"{engine.driver}, all fetched", bare)


def _fetched(plain: Any, sql: str) -> list[Any]:
    cursor = plain.cursor()
    try:
        cursor.execute(sql)
        rows: list[Any] = cursor.fetchall()
        return rows
    finally:
        cursor.close()


def _sqlite(url: str) -> sqlite3.Connection:
    return sqlite3.connect(url.removeprefix("sqlite:///"))


def _duckdb(url: str) -> Any:
    import duckdb

    path = url.removeprefix("duckdb:///")
    duckdb.connect(path).close()
    return duckdb.connect(path, read_only=True)


def _postgres(url: str) -> Any:
    import psycopg

    return psycopg.connect(url, autocommit=True, connect_timeout=2)


def _mariadb(url: str) -> Any:
    import pymysql

    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username,
        password=parts.password or "",
        database=parts.path.strip("/"),
        connect_timeout=2,
    )


def _sqlite_url(folder: Path) -> str:
    file = folder / "empty.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE t (x)")
    return f"sqlite:///{file}"


ENGINES = (
    Engine(
        "SQLite",
        "sqlite3",
        _sqlite_url,
        _sqlite,
        f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s LIMIT {ROWS}) SELECT n FROM s)",
    ),
    Engine(
        "DuckDB",
        "duckdb",
        lambda folder: f"duckdb:///{folder / 'empty.duckdb'}",
        _duckdb,
        f"range(1, {ROWS + 1}) s(n)",
    ),
    Engine("PostgreSQL", "psycopg", lambda _: POSTGRES, _postgres, f"generate_series(1, {ROWS}) s(n)"),
    Engine("MariaDB", "PyMySQL", lambda _: MARIADB, _mariadb, f"(SELECT seq AS n FROM seq_1_to_{ROWS}) s"),
)

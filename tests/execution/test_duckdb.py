"""DuckDB in its child process: opening, values, limits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from time import sleep
from uuid import UUID

import duckdb
import psutil
import pytest

from agent.dialects import Connection, connect
from agent.dialects.address import read_address
from agent.errors import DatabaseError, LimitError, UnsafeError, UsageError
from agent.records import Limits, Plan

ROOT = Path(__file__).parents[2]
MEGABYTE = 1024 * 1024
NOON = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
ENDLESS = "SELECT count(*) FROM range(1000000000) AS a, range(1000000000) AS b WHERE (a.range + b.range) % 7 = 3"
HOLD = """
import sys, duckdb
with duckdb.connect(sys.argv[1]) as writer:
    print("open", flush=True)
    sys.stdin.readline()
"""
CRASH = """
import os, sys, duckdb
writer = duckdb.connect(sys.argv[1])
writer.execute("INSERT INTO t VALUES (4711, 'late')")
os._exit(0)
"""


def make_database(path: Path) -> Path:
    with closing(duckdb.connect(path)) as writer:
        writer.execute("CREATE TABLE t AS SELECT range AS id, repeat('x', 1000) AS body FROM range(1, 3001)")
    return path


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_database(tmp_path_factory.mktemp("duckdb") / "shop.duckdb")


@pytest.fixture(scope="module")
def connection(database: Path) -> Iterator[Connection]:
    with closing(connect(read_address(f"duckdb:///{database}"))) as connection:
        yield connection


# Opening


def test_file_is_recognised_and_opened(database: Path) -> None:
    address = read_address(str(database))
    assert address.dialect == "duckdb"
    with closing(connect(address)) as connection:
        assert connection.dialect == "duckdb"
        assert connection.run("SELECT count(*) AS n FROM t", Limits()).rows == ((3000,),)


@pytest.mark.parametrize(
    "url", ["duckdb://", "duckdb:///", "duckdb:///:memory:", "duckdb:///:memory:shop", "duckdb://x"]
)
def test_url_without_a_file_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(UsageError, match="DuckDB") as caught:
        connect(read_address(url))
    assert "\n" not in str(caught.value)


def test_wrong_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.duckdb").write_text("no database at all")
    wrong = {"missing.duckdb": "no such file", "folder": "not a file", "text.duckdb": "not a DuckDB database"}
    for name, message in wrong.items():
        with pytest.raises(DatabaseError, match=message):
            connect(read_address(f"duckdb:///{tmp_path / name}"))


@pytest.mark.parametrize("keep", [0, 100, 5000, 13_000])
def test_damaged_file_is_a_database_error_in_one_line(keep: int, database: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_bytes(database.read_bytes()[:keep])
    with (
        closing(connect(read_address(f"duckdb:///{damaged}"))) as connection,
        pytest.raises(DatabaseError, match="cannot be read") as caught,
    ):
        connection.run("SELECT count(*) FROM t", Limits())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["sales", "memory"])
def test_schema_that_is_named_like_its_file_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.duckdb"
    with closing(duckdb.connect(path)) as writer:
        writer.execute(f"CREATE SCHEMA {name}")
        writer.execute(f"CREATE TABLE {name}.{name}.t AS SELECT 7 AS a")
    with closing(connect(read_address(str(path)))) as connection:
        assert connection.run(f"SELECT a FROM {name}.t", Limits()).rows == ((7,),)


def test_odd_path_is_opened(tmp_path: Path) -> None:
    path = make_database(tmp_path / 'it\'s "ours" ß.duckdb')
    with closing(connect(read_address(f"duckdb:///{path}"))) as connection:
        assert connection.run("SELECT count(*) FROM t", Limits()).rows == ((3000,),)


def test_file_that_was_replaced_is_seen(tmp_path: Path) -> None:
    path = make_database(tmp_path / "shop.duckdb")
    with closing(connect(read_address(f"duckdb:///{path}"))) as connection:
        connection.run("SELECT 1 FROM t", Limits())
        path.unlink()
        with closing(duckdb.connect(path)) as writer:
            writer.execute("CREATE TABLE other AS SELECT 1 AS a")
        assert connection.run("SELECT a FROM other", Limits()).rows == ((1,),)


def test_folder_for_temporary_files_is_not_open_to_statements(database: Path) -> None:
    """The engine would let statements read what is in the one that it has by default."""
    folder = database.parent / ".tmp"
    folder.mkdir()
    (folder / "secret.txt").write_text("secret")
    code = """
import sys
from agent.dialects import connect
from agent.dialects.address import read_address
from agent.records import Limits
with __import__("contextlib").closing(connect(read_address(sys.argv[1]))) as connection:
    print(connection.run(f"SELECT content FROM read_text('{sys.argv[2]}')", Limits()).rows)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(database), str(folder / "secret.txt")],
        cwd=database.parent,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "UnsafeError" in done.stderr
    assert not done.stdout


def test_engine_is_kept_and_forgets(connection: Connection) -> None:
    connection.run("SELECT setseed(0.5)", Limits())
    made = {connection.run("SELECT random()", Limits()).rows for _ in range(3)}
    connection.run("SELECT setseed(0.5)", Limits())
    assert connection.run("SELECT random()", Limits()).rows not in made
    catalogs = "SELECT DISTINCT database_name FROM duckdb_databases() WHERE NOT internal AND path IS NOT NULL"
    assert len(connection.run(catalogs, Limits()).rows) == 1
    for setting in ("enable_logging()", "enable_profiling()", "disable_optimizer()"):
        with pytest.raises((DatabaseError, UnsafeError)):
            connection.run(f"SELECT * FROM {setting}", Limits())


def test_file_held_by_a_writer_is_busy_and_free_again_later(tmp_path: Path) -> None:
    path = make_database(tmp_path / "shop.duckdb")
    with closing(connect(read_address(f"duckdb:///{path}"))) as connection:
        with subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            assert writer.stdout.readline() == "open\n"
            with pytest.raises(DatabaseError, match="locked by another program"):
                connection.run("SELECT 1 FROM t", Limits())
            with pytest.raises(DatabaseError, match="locked by another program"):
                connection.plan("SELECT 1 FROM t", Limits())
            writer.communicate("\n")
        assert connection.run("SELECT count(*) FROM t", Limits()).rows == ((3000,),)


def _writer(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection that may write; the file is let go a moment after the rows have come."""
    for _ in range(50):
        with suppress(duckdb.IOException):
            return duckdb.connect(path)
        sleep(0.1)
    return duckdb.connect(path)


def test_writer_is_not_kept_out_between_statements(tmp_path: Path) -> None:
    path = make_database(tmp_path / "shop.duckdb")
    with closing(connect(read_address(f"duckdb:///{path}"))) as connection:
        connection.run("SELECT 1 FROM t", Limits())
        with closing(_writer(path)) as writer:
            writer.execute("DELETE FROM t WHERE id > 10")
        assert connection.run("SELECT count(*) FROM t", Limits()).rows == ((10,),)


def test_rows_still_in_the_write_ahead_log_are_seen(tmp_path: Path) -> None:
    path = make_database(tmp_path / "shop.duckdb")
    subprocess.run([sys.executable, "-c", CRASH, str(path)], check=True)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 2
    with closing(connect(read_address(f"duckdb:///{path}"))) as connection:
        assert connection.run("SELECT body FROM t WHERE id = 4711", Limits()).rows == (("late",),)
    assert sorted(tmp_path.iterdir()) == files


def test_this_process_does_not_import_the_engine() -> None:
    code = "import sys, agent.dialects.duckdb, agent.dialects.process_reader; print('duckdb' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout == "False\n"


# Statements


def test_plan_tells_what_run_would_refuse(connection: Connection) -> None:
    for sql in ("SELECT nothing FROM t", "DELETE FROM t", "", "SELECT 1; SELECT 2", "ANALYZE SELECT 1"):
        error = connection.plan(sql, Limits())
        assert isinstance(error, str)
        assert "\n" not in error


def test_plan_runs_nothing(connection: Connection) -> None:
    assert connection.plan(ENDLESS, Limits(seconds=20)) == Plan(rows=1e18)


def test_lone_surrogate_in_a_statement_is_a_database_error(connection: Connection) -> None:
    with pytest.raises(DatabaseError):
        connection.run("SELECT '\ud800'", Limits())
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)


# Limits


@pytest.mark.parametrize(("rows", "count", "truncated"), [(2999, 2999, True), (3000, 3000, False), (3001, 3000, False)])
def test_rows_are_cut_at_the_limit_and_said_so(rows: int, count: int, truncated: bool, connection: Connection) -> None:
    result = connection.run("SELECT id FROM t ORDER BY id", Limits(rows=rows))
    assert [row[0] for row in result.rows] == [*range(1, count + 1)]
    assert result.truncated is truncated


def test_bytes_are_cut_at_the_limit_and_said_so(connection: Connection) -> None:
    result = connection.run("SELECT body FROM t", Limits(rows=3000, result_bytes=10_200))
    assert [len(row[0]) for row in result.rows] == [1000] * 10
    assert result.truncated


def test_nested_values_count_by_what_is_in_them(connection: Connection) -> None:
    result = connection.run("SELECT [body, body], {'a': body} FROM t", Limits(result_bytes=10_000))
    assert len(result.rows) == 3
    assert result.truncated


def test_endless_query_is_stopped_at_the_deadline_and_the_child_lives(database: Path) -> None:
    before = psutil.Process().children()
    with closing(connect(read_address(f"duckdb:///{database}"))) as connection:
        connection.run("SELECT 1", Limits())
        (child,) = [child for child in psutil.Process().children() if child not in before]
        with pytest.raises(LimitError, match=r"longer than 0\.2 s"):
            connection.run(ENDLESS, Limits(seconds=0.2))
        assert connection.run("SELECT 1", Limits()).rows == ((1,),)
        assert child.is_running()
    assert not child.is_running()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT max(list_sum(list_sort(range(x, 3000000)))) FROM range(1000) AS r (x)",
        "SELECT sum(length(repeat('x', 100000000 + x))) FROM range(1000000) AS r (x)",
        "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
    ],
    ids=["list functions", "repeat", "recursion"],
)
def test_query_of_slow_functions_is_stopped(sql: str, connection: Connection) -> None:
    with pytest.raises(LimitError):
        connection.run(sql, Limits(seconds=0.3))
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)


def test_memory_bound(connection: Connection) -> None:
    with pytest.raises(LimitError, match="more than 200 MB"):
        connection.run("SELECT list(range) FROM range(1000000000)", Limits(memory_bytes=200 * MEGABYTE))
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)


def test_close_stops_a_query_of_another_thread(database: Path) -> None:
    with closing(connect(read_address(f"duckdb:///{database}"))) as connection, ThreadPoolExecutor() as threads:
        connection.run("SELECT 1", Limits())
        running = threads.submit(connection.run, ENDLESS, Limits(seconds=600))
        while not running.running():
            pass
        connection.close()
        with pytest.raises(DatabaseError, match="closed"):
            running.result()


# Values


def test_plain_values(connection: Connection) -> None:
    result = connection.run(
        """
        SELECT NULL AS a, 1 AS a, 170141183460469231731687303715884105727::HUGEINT, 1.50::DECIMAL(9, 2), 1.5::DOUBLE,
            'ß', true, '\\x00\\xFF'::BLOB, date '2026-11-21', time '12:30', timestamp '2026-11-21 12:30',
            timestamptz '2026-11-21 12:30+00', uuid '00000000-0000-0000-0000-000000000007', '101'::BIT,
            'b'::ENUM ('a', 'b'), '{"a": 1}'::JSON
        """,
        Limits(),
    )
    assert result.columns[:2] == ("a", "a")
    assert result.rows == (
        (
            *(None, 1, 2**127 - 1, Decimal("1.50"), 1.5, "ß", True, b"\x00\xff", date(2026, 11, 21), time(12, 30)),
            *(NOON.replace(tzinfo=None), NOON, UUID(int=7)),
            *("101", "b", '{"a": 1}'),
        ),
    )


def test_nested_values(connection: Connection) -> None:
    sql = """
        SELECT [1, NULL], {'a': [1.5::DECIMAL(3, 1)], 'b': uuid '00000000-0000-0000-0000-000000000007'},
            MAP {'k': timestamptz '2026-11-21 12:30+00'}, MAP {[1]: 2}, union_value(a := 1), array_value(1, 2)
    """
    (row,) = connection.run(sql, Limits()).rows
    assert row[:2] == ([1, None], {"a": [Decimal("1.5")], "b": UUID(int=7)})
    assert row[2] == {"k": NOON}
    assert str(row[3])
    assert row[4:] == (1, [1, 2])


def test_intervals_keep_their_months_and_beyond_python_dates_are_text(connection: Connection) -> None:
    result = connection.run(
        "SELECT INTERVAL 14 MONTH AS a, 1 AS a, INTERVAL 1000000000 DAY, date '20000-01-01' -- the end;", Limits()
    )
    assert result.columns[:2] == ("a", "a")
    assert result.rows == (("1 year 2 months", 1, "1000000000 days", "20000-01-01"),)
    late, endless = connection.run("SELECT TIMESTAMP '294000-01-01', time '24:00'", Limits()).rows[0]
    assert (late, endless) == ("294000-01-01 00:00:00", "24:00:00")


def test_dates_without_an_end_are_not_the_last_one_of_python(connection: Connection) -> None:
    sql = """
        SELECT unnest([date 'infinity', date '-infinity', date '9999-12-31', NULL]) AS day,
            unnest([timestamp 'infinity', timestamp '-infinity', timestamp '9999-12-31', NULL]) AS moment
    """
    assert connection.run(sql, Limits()).rows == (
        ("infinity", "infinity"),
        ("-infinity", "-infinity"),
        (date(9999, 12, 31), datetime(9999, 12, 31)),  # noqa: DTZ001
        (None, None),
    )


def test_intervals_within_other_values_keep_their_months(connection: Connection) -> None:
    sql = """
        SELECT [INTERVAL 14 MONTH, NULL], {'for': INTERVAL 1 MONTH, 'since': date 'infinity', 'n': 1},
            MAP {'a': [INTERVAL 1 MONTH]}, MAP {[1]: INTERVAL 1 MONTH}, NULL::INTERVAL[],
            array_value(INTERVAL 1 MONTH, INTERVAL 2 MONTH)
    """
    (row,) = connection.run(sql, Limits()).rows
    assert row == (
        *(["1 year 2 months", None], {"for": "1 month", "since": "infinity", "n": 1}),
        *({"a": ["1 month"]}, "{[1]=1 month}", None, ["1 month", "2 months"]),
    )


def test_every_type_of_the_engine_arrives(connection: Connection) -> None:
    result = connection.run("SELECT * FROM test_all_types()", Limits())
    assert len(result.rows) == 3
    assert timedelta not in {type(value) for row in result.rows for value in row}

"""Statements on PostgreSQL and MariaDB: values, limits, closing, and servers that go away."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import psycopg
import pytest

from agent.dialects import Connection, connect
from agent.dialects.address import read_address
from agent.errors import DatabaseError, LimitError
from agent.records import Limits, Plan
from tests.services import database_of, mariadb_admin, mariadb_database, postgres_admin_url, postgres_database

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
SCRIPT = """
CREATE TABLE t (id INTEGER PRIMARY KEY, body VARCHAR(2000));
INSERT INTO t WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 900)
SELECT x, repeat('x', 1000) FROM n;
"""
ENDLESS = {"postgres": "SELECT pg_sleep(600)", "mysql": "SELECT SLEEP(600)"}
BUSY = "SELECT count(*) FROM t AS a, t AS b, t AS c, t AS d, t AS e WHERE a.body < b.body OR c.id + d.id > e.id"

INTERRUPTED = """
import sys
from agent.dialects import connect
from agent.dialects.address import read_address
from agent.records import Limits, Plan

connection = connect(read_address(sys.argv[1]))
print("ready", flush=True)
try:
    connection.run(sys.argv[2], Limits(seconds=600))
except KeyboardInterrupt:
    print(connection.run("SELECT 1", Limits()).rows, flush=True)
"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_database(SCRIPT) as url:
        yield url


@pytest.fixture(scope="module")
def mariadb() -> Iterator[str]:
    with mariadb_database(SCRIPT) as url:
        yield url


@pytest.fixture(params=["postgres", "mariadb"])
def url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    with closing(connect(read_address(url))) as connection:
        yield connection


def sessions_at_work(url: str) -> list[int]:
    """The numbers of the sessions in which the server works for the reading role."""
    name = database_of(url)
    if url.startswith("postgresql"):
        with psycopg.connect(postgres_admin_url(name), autocommit=True) as admin:
            found = admin.execute(
                "SELECT pid FROM pg_stat_activity WHERE usename = %s AND state = 'active'", (name,)
            ).fetchall()
    else:
        with closing(mariadb_admin()) as root, root.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM information_schema.processlist WHERE user = %s AND command = 'Query'", (name,)
            )
            found = [*cursor.fetchall()]
    return [number for (number,) in found]


def end_session(url: str, number: int) -> None:
    if url.startswith("postgresql"):
        with psycopg.connect(postgres_admin_url(database_of(url)), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", (number,))
    else:
        with closing(mariadb_admin()) as root, root.cursor() as cursor:
            cursor.execute(f"KILL CONNECTION {number}")


def wait_until(is_so: Callable[[], Any]) -> None:
    for _ in range(1000):
        if is_so():
            return
        threading.Event().wait(0.02)
    pytest.fail("it never came to be so")


# Limits


@pytest.mark.parametrize(("rows", "count", "truncated"), [(899, 899, True), (900, 900, False), (901, 900, False)])
@pytest.mark.parametrize("end", ["", " LIMIT 10000"])
def test_rows_are_cut_at_the_limit_and_said_so(
    rows: int, count: int, truncated: bool, end: str, connection: Connection
) -> None:
    result = connection.run(f"SELECT id FROM t ORDER BY id{end}", Limits(rows=rows))
    assert [row[0] for row in result.rows] == [*range(1, count + 1)]
    assert result.truncated is truncated
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)


def test_bytes_are_cut_at_the_limit_and_said_so(connection: Connection) -> None:
    result = connection.run("SELECT body FROM t", Limits(result_bytes=10_200))
    assert [len(row[0]) for row in result.rows] == [1000] * 10
    assert result.truncated


def test_a_value_above_the_limit_leaves_no_rows(connection: Connection) -> None:
    result = connection.run("SELECT repeat('x', 1000) AS a", Limits(result_bytes=100))
    assert (result.columns, result.rows, result.truncated) == (("a",), (), True)


def test_large_rows_are_all_read(connection: Connection) -> None:
    result = connection.run("SELECT a.id, repeat(a.body, 50) FROM t AS a WHERE a.id <= 200", Limits())
    assert [len(body) for _, body in result.rows] == [50_000] * 200
    assert not result.truncated


def test_huge_rows_behind_thousands_of_tiny_ones_do_not_fill_this_process(connection: Connection) -> None:
    """They come in one batch, before anyone can see how large they are."""
    huge = "CASE WHEN n.id > 810000 - 890 THEN repeat('x', 8000000) ELSE '' END"
    sql = f"SELECT {huge} FROM (SELECT (a.id - 1) * 900 + b.id AS id FROM t AS a, t AS b ORDER BY 1) AS n"
    before = psutil.Process().memory_info().rss
    with pytest.raises(LimitError, match="more than 200 MB of memory"):
        connection.run(sql, Limits(rows=900_000, memory_bytes=200 * 1024 * 1024, result_bytes=10**12))
    assert psutil.Process().memory_info().rss - before < 1024**3
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)


@pytest.mark.parametrize("query", ["sleeping", "busy"])
def test_endless_query_is_stopped_on_the_server_too(query: str, url: str, connection: Connection) -> None:
    sql = ENDLESS[connection.dialect] if query == "sleeping" else BUSY
    with pytest.raises(LimitError, match=r"longer than 0\.3 s"):
        connection.run(sql, Limits(seconds=0.3))
    wait_until(lambda: not sessions_at_work(url))
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)


def test_time_limit_that_the_statement_takes_off_holds_still(postgres: str) -> None:
    sql = "SELECT set_config('statement_timeout', '0', false), pg_sleep(600)"
    with closing(connect(read_address(postgres))) as connection, pytest.raises(LimitError, match="longer than"):
        connection.run(sql, Limits(seconds=0.3))
    wait_until(lambda: not sessions_at_work(postgres))


def test_time_limit_cannot_be_taken_off_on_mariadb(mariadb: str) -> None:
    sql = "SET STATEMENT max_statement_time = 0 FOR SELECT SLEEP(600)"
    with closing(connect(read_address(mariadb))) as connection, pytest.raises(DatabaseError, match="SET STATEMENT"):
        connection.run(sql, Limits(seconds=20))


def test_lock_of_a_writer_is_reported(postgres: str) -> None:
    with (
        psycopg.connect(postgres_admin_url(database_of(postgres))) as writer,
        closing(connect(read_address(postgres))) as connection,
    ):
        writer.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DatabaseError, match="locked by another program"):
            connection.run("SELECT 1 FROM t", Limits(seconds=1))


# Statements


def test_plan_tells_what_run_would_refuse(connection: Connection) -> None:
    for sql in ("SELECT nothing FROM t", "SELECT 1 FROM nothing", "DELETE FROM t", "", "SELECT 1; SELECT 2"):
        error = connection.plan(sql, Limits())
        assert isinstance(error, str)
        assert "\n" not in error
    assert "nothing" in str(connection.plan("SELECT nothing FROM t", Limits()))


def test_plan_runs_nothing(connection: Connection) -> None:
    plan = connection.plan(BUSY, Limits(seconds=20))
    assert isinstance(plan, Plan)
    assert plan.rows
    assert plan.rows > 900**5 / 10


@pytest.mark.parametrize("sql", ["ANALYZE DELETE FROM t", "ANALYZE SELECT SLEEP(600)", "(ANALYZE) DELETE FROM t"])
def test_plan_does_not_run_what_follows_explain(sql: str, connection: Connection) -> None:
    assert isinstance(connection.plan(sql, Limits(seconds=20)), str)
    assert connection.run("SELECT count(*) FROM t", Limits()).rows == ((900,),)


def test_percent_signs_are_no_placeholders(connection: Connection) -> None:
    assert connection.run("SELECT '%s', 'a%' AS b, 7 % 4", Limits()).rows == (("%s", "a%", 3),)


def test_text_that_is_no_unicode_is_a_database_error(connection: Connection) -> None:
    with pytest.raises(DatabaseError):
        connection.run("SELECT '\ud800'", Limits())


def test_view_on_tables_that_may_not_be_read_is_answered() -> None:
    script = "CREATE TABLE hidden (a INTEGER); INSERT INTO hidden VALUES (7); CREATE VIEW open AS SELECT a FROM hidden"
    with mariadb_database(script) as url:
        name = database_of(url)
        with closing(mariadb_admin()) as root, root.cursor() as cursor:
            cursor.execute(f"REVOKE SELECT, SHOW VIEW ON {name}.* FROM {name}")
            cursor.execute(f"GRANT SELECT ON {name}.open TO {name}")
        with closing(connect(read_address(url))) as connection:
            assert connection.plan("SELECT a FROM open", Limits()) == Plan()
            assert isinstance(connection.plan("SELECT a FROM hidden", Limits()), str)
            assert connection.run("SELECT a FROM open", Limits()).rows == ((7,),)


# Values


def test_numbers_in_json_keep_their_digits(postgres: str) -> None:
    sql = """SELECT '{"n": 12345678901234567890.123}'::jsonb, '[0.1]'::json"""
    with closing(connect(read_address(postgres))) as connection:
        (row,) = connection.run(sql, Limits()).rows
    assert row == ({"n": Decimal("12345678901234567890.123")}, [Decimal("0.1")])


def test_joined_text_may_be_as_long_as_the_result(mariadb: str) -> None:
    with closing(connect(read_address(mariadb))) as connection:
        sql = "SELECT LENGTH(GROUP_CONCAT(body)), @@group_concat_max_len FROM t"
        assert connection.run(sql, Limits(result_bytes=3_000_000)).rows == ((900_899, 3_000_000),)


def test_values_of_postgresql(postgres: str) -> None:
    sql = """
        SELECT NULL, 9223372036854775807, 1.50::numeric, 1.5::float8, 'ß', true, '\\x00ff'::bytea,
            date '2026-11-21', time '12:30', timestamp '2026-11-21 12:30', timestamptz '2026-11-21 12:30+00',
            interval '1 day 2 hours', interval '1 year 2 mons', interval '-2 hours',
            'infinity'::date, '-infinity'::timestamp, 'infinity'::timestamptz, date '20000-01-01', date '0044-03-15 BC',
            time '24:00', uuid '00000000-0000-0000-0000-000000000007', ARRAY[1, 2], ARRAY[['a'], [NULL]],
            '{"a": [1, null]}'::jsonb, '[1]'::json, int4range(1, 3), inet '10.0.0.1/8', cidr '10.0.0.0/8',
            '{[1,2)}'::int4multirange, ARRAY[int4range(1, 2)], point(1, 2), xml '<a/>', B'101',
            'NaN'::numeric, ROW(1, 'a')
    """
    with closing(connect(read_address(postgres))) as connection:
        (row,) = connection.run(sql, Limits()).rows
    assert row[:11] == (
        *(None, 2**63 - 1, Decimal("1.50"), 1.5, "ß", True, b"\x00\xff"),
        *(date(2026, 11, 21), time(12, 30), NOON.replace(tzinfo=None), NOON),
    )
    assert row[11:20] == (
        *(timedelta(days=1, hours=2), "1 year 2 mons", timedelta(hours=-2)),
        *("infinity", "-infinity", "infinity", "20000-01-01", "0044-03-15 BC", "24:00:00"),
    )
    assert row[20:25] == (UUID(int=7), [1, 2], [["a"], [None]], {"a": [1, None]}, [1])
    assert row[25:33] == ("[1,3)", "10.0.0.1/8", "10.0.0.0/8", "{[1,2)}", ["[1,2)"], "(1,2)", "<a/>", "101")
    assert row[33].is_nan()
    assert row[34] == ("1", "a")


def test_values_of_mariadb(mariadb: str) -> None:
    sql = """
        SELECT NULL, 18446744073709551615, 1.50, 1.5e0, 'ß', TRUE, x'00ff', b'101',
            DATE '2026-11-21', TIME '-100:30:00', TIMESTAMP '2026-11-21 12:30:00.5',
            CAST(20260000 AS DATE), JSON_OBJECT('a', 1), CAST(1 AS UNSIGNED) - 2, 7 / 2, 'a' || 'b', 1 = "1", 'it\\'s'
    """
    with closing(connect(read_address(mariadb))) as connection:
        (row,) = connection.run(sql, Limits()).rows
        (made,) = connection.run("SELECT id = 1, CAST(id AS CHAR) FROM t WHERE id = 1", Limits()).rows
    assert row[:7] == (None, 2**64 - 1, Decimal("1.50"), 1.5, "ß", 1, b"\x00\xff")
    assert row[8:11] == (
        date(2026, 11, 21),
        -timedelta(hours=100, minutes=30),
        NOON.replace(tzinfo=None, microsecond=500_000),
    )
    assert row[12:] == ('{"a": 1}', -1, Decimal("3.5000"), 0, 1, "it's")
    assert made == (1, "1")


def test_bits_and_zero_dates_of_mariadb() -> None:
    script = """
        SET sql_mode = '';
        CREATE TABLE odd (flag BIT(1), bits BIT(10), day DATE, moment DATETIME, born YEAR);
        INSERT INTO odd VALUES (b'1', b'1000000001', '0000-00-00', '0000-00-00 00:00:00', 1999);
    """
    with mariadb_database(script) as url, closing(connect(read_address(url))) as connection:
        rows = connection.run("SELECT * FROM odd", Limits()).rows
    assert rows == ((1, 513, "0000-00-00", "0000-00-00 00:00:00", 1999),)


# Threads, closing, interrupts, lost servers


def test_several_threads_take_turns(connection: Connection) -> None:
    with ThreadPoolExecutor(4) as threads:
        results = threads.map(lambda n: connection.run(f"SELECT {n}", Limits()).rows, range(20))
        assert [*results] == [((n,),) for n in range(20)]


def test_close_may_be_repeated(connection: Connection) -> None:
    connection.close()
    connection.close()
    with pytest.raises(DatabaseError, match="closed"):
        connection.run("SELECT 1", Limits())


def test_close_stops_a_query_of_another_thread(url: str, connection: Connection) -> None:
    with ThreadPoolExecutor() as threads:
        running = threads.submit(connection.run, ENDLESS[connection.dialect], Limits(seconds=600))
        wait_until(lambda: sessions_at_work(url))
        connection.close()
        with pytest.raises(DatabaseError, match="closed"):
            running.result()
    wait_until(lambda: not sessions_at_work(url))


def test_session_ended_by_the_server_is_one_line_and_the_next_statement_connects_anew(
    url: str, connection: Connection
) -> None:
    with ThreadPoolExecutor() as threads:
        running = threads.submit(connection.run, ENDLESS[connection.dialect], Limits(seconds=600))
        wait_until(lambda: sessions_at_work(url))
        (number,) = sessions_at_work(url)
        end_session(url, number)
        with pytest.raises(DatabaseError, match="ended the connection") as caught:
            running.result()
    assert "\n" not in str(caught.value)
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)


def test_interrupt_stops_the_server_too(url: str) -> None:
    sql = ENDLESS[read_address(url).dialect]
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, url, sql],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as script:
        assert script.stdout
        assert script.stdout.readline() == "ready\n"
        wait_until(lambda: sessions_at_work(url))
        script.send_signal(signal.SIGINT)
        output, errors = script.communicate(timeout=30)
    assert (output, errors) == ("((1,),)\n", "")
    wait_until(lambda: not sessions_at_work(url))

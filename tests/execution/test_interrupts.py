"""Ctrl-C while a server is asked one thing after another, at any moment of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from agent.dialects import Reader, open_reader
from agent.dialects.address import read_address
from tests.execution.test_servers import sessions_at_work, wait_until
from tests.services import mariadb_database, postgres_database

ROOT = Path(__file__).parents[2]
TIMES = 40
REPEATED = f"""
import sys
from agent.dialects import connect
from agent.dialects.address import read_address
from agent.records import Limits

connection = connect(read_address(sys.argv[1]))
for number in range({TIMES}):
    try:
        print("asking", flush=True)
        connection.run(sys.argv[2], Limits(seconds=600))
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    sys.stdin.readline()
"""
MILLISECONDS = [number / 7 for number in range(3, 120)]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with postgres_database("CREATE TABLE t (a INTEGER)") as url, closing(open_reader(read_address(url))) as reader:
        yield reader


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("statement", ["SELECT 1", "SELECT pg_sleep(0.002)", "SELECT * FROM generate_series(1, 300)"])
def test_interrupt_is_never_an_error_of_the_database(statement: str, reader: Reader) -> None:
    for milliseconds in MILLISECONDS:
        signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000)
        # Python drops one that comes while it deletes an object, so it need not arrive; no other error may.
        with suppress(KeyboardInterrupt):
            for _ in range(40):
                reader.rows(statement, 30)
            signal.setitimer(signal.ITIMER_REAL, 0)
        assert reader.rows("SELECT 1", 30) == [(1,)]


@pytest.mark.parametrize("engine", ["postgres", "mariadb"])
def test_every_interrupt_of_a_process_stops_the_server(engine: str) -> None:
    """At moments from the opening of a session to well within the statement."""
    database, sleep = {
        "postgres": (postgres_database, "SELECT pg_sleep(600)"),
        "mariadb": (mariadb_database, "SELECT SLEEP(600)"),
    }[engine]
    with (
        database("CREATE TABLE t (a INTEGER)") as url,
        subprocess.Popen(
            [sys.executable, "-c", REPEATED, url, sleep],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as script,
    ):
        assert script.stdin
        assert script.stdout
        for number in range(TIMES):
            assert script.stdout.readline() == "asking\n"
            threading.Event().wait(number / 1000)
            script.send_signal(signal.SIGINT)
            assert script.stdout.readline() == "interrupted\n"
            wait_until(lambda: not sessions_at_work(url))
            script.stdin.write("\n")
            script.stdin.flush()
        assert script.communicate(timeout=30) == ("", "")


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)

"""The life of the child process, and the limits that its parent holds it to."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from agent.dialects import Connection, connect
from agent.dialects.address import read_address
from agent.errors import DatabaseError, LimitError
from agent.records import Limits, Plan

Children = Callable[[], list[psutil.Process]]

ROOT = Path(__file__).parents[2]
MEGABYTE = 1024 * 1024
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
UNINTERRUPTIBLE = "SELECT instr(hex(zeroblob(4000000)), hex(zeroblob(2000000)) || '1')"

# A user's script, without any `if __name__ == "__main__"`; more lines are added to it.
SCRIPT = """
import sys
import psutil
from agent.dialects import connect
from agent.dialects.address import read_address
from agent.records import Limits

connection = connect(read_address("sqlite:///" + sys.argv[1]))
print(connection.run("SELECT count(*) FROM t", Limits()).rows[0][0], flush=True)
print(*(child.pid for child in psutil.Process().children()), flush=True)
"""
RUN_ENDLESS = f"""
try:
    connection.run({ENDLESS!r}, Limits(seconds=600))
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.stdin.readline()
    print(connection.run("SELECT count(*) FROM t", Limits()).rows[0][0], flush=True)
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("child") / "shop.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")
        writer.executemany("INSERT INTO t (body) VALUES (?)", [("x" * 1000,)] * 3000)
        writer.commit()
    return path


@pytest.fixture
def children() -> Children:
    """Lists the processes that were started since."""
    before = psutil.Process().children()
    return lambda: [child for child in psutil.Process().children() if child not in before]


@pytest.fixture
def connection(children: Children, database: Path) -> Iterator[Connection]:
    with closing(connect(read_address(f"sqlite:///{database}"))) as connection:
        yield connection


@pytest.fixture
def start_script(database: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts SCRIPT with more lines; it is killed at the end of the test."""
    started: list[subprocess.Popen[str]] = []

    def start(more: str) -> subprocess.Popen[str]:
        script = subprocess.Popen(
            [sys.executable, "-c", SCRIPT + more, str(database)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(script)
        return script

    yield start
    for script in started:
        with script:
            script.kill()


def child_of(script: subprocess.Popen[str]) -> psutil.Process:
    assert script.stdout
    assert script.stdout.readline() == "3000\n"
    return psutil.Process(int(script.stdout.readline()))


def wait_until_busy(child: psutil.Process) -> None:
    before = child.cpu_times().user
    while child.cpu_times().user < before + 0.05:
        threading.Event().wait(0.01)


def wait_until_gone(process: psutil.Process) -> None:
    # Where nobody collects orphans, a dead process stays in the list for ever.
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        threading.Event().wait(0.01)


# Warm reuse, and a new start after a kill


def test_child_is_started_once_and_kept_warm(connection: Connection, children: Children) -> None:
    connection.run("SELECT 1", Limits())
    first = children()
    assert connection.run("SELECT 2", Limits()).rows == ((2,),)
    assert connection.plan("SELECT 3", Limits()) == Plan()
    assert children() == first


def test_interruptible_query_is_stopped_at_the_deadline_and_the_child_lives(
    connection: Connection, children: Children
) -> None:
    connection.run("SELECT 1", Limits())
    first = children()
    with pytest.raises(LimitError, match=r"longer than 0\.1 s"):
        connection.run(ENDLESS, Limits(seconds=0.1))
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)
    assert children() == first


def test_uninterruptible_query_is_killed_and_the_next_one_gets_a_new_child(
    connection: Connection, children: Children
) -> None:
    connection.run("SELECT 1", Limits())
    first = children()
    with pytest.raises(LimitError, match=r"longer than 0\.1 s"):
        connection.run(UNINTERRUPTIBLE, Limits(seconds=0.1))
    assert not {*children()} & {*first}
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)


def test_child_killed_from_outside_is_replaced(connection: Connection, children: Children) -> None:
    connection.run("SELECT 1", Limits())
    for child in children():
        child.kill()
        child.wait()
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)


def test_child_killed_in_the_middle_of_a_query_is_a_database_error(connection: Connection, children: Children) -> None:
    connection.run("SELECT 1", Limits())
    (child,) = children()
    with ThreadPoolExecutor() as threads:
        running = threads.submit(connection.run, ENDLESS, Limits())
        wait_until_busy(child)
        child.kill()
        with pytest.raises(DatabaseError, match="ended its process"):
            running.result()
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)


# Limits


def test_memory_bound_of_the_engine(connection: Connection) -> None:
    limits = Limits(memory_bytes=64 * MEGABYTE)
    bomb = (
        "WITH RECURSIVE n(x) AS (SELECT randomblob(1000000) UNION ALL SELECT randomblob(1000000) FROM n) "
        "SELECT x FROM n ORDER BY x"
    )
    with pytest.raises(LimitError, match="more than 64 MB"):
        connection.run(bomb, limits)
    assert connection.run("SELECT 1", limits).rows == ((1,),)


def test_memory_bound_of_the_whole_child(connection: Connection) -> None:
    """The engine itself needs next to nothing here; the interpreter around it exceeds the bound."""
    with pytest.raises(LimitError, match="more than 2 MB"):
        connection.run(ENDLESS, Limits(memory_bytes=2 * MEGABYTE))


def test_memory_bound_can_be_raised_again(connection: Connection) -> None:
    needs_much = "SELECT length(hex(zeroblob(20000000)))"
    with pytest.raises(LimitError):
        connection.run(needs_much, Limits(memory_bytes=16 * MEGABYTE))
    assert connection.run(needs_much, Limits()).rows == ((40_000_000,),)


@pytest.mark.parametrize(("rows", "count", "truncated"), [(2999, 2999, True), (3000, 3000, False), (3001, 3000, False)])
def test_rows_are_cut_at_the_limit_and_said_so(rows: int, count: int, truncated: bool, connection: Connection) -> None:
    result = connection.run("SELECT id FROM t ORDER BY id", Limits(rows=rows))
    assert [row[0] for row in result.rows] == [*range(1, count + 1)]
    assert result.truncated is truncated


@pytest.mark.parametrize("value", ["body", "CAST(body AS BLOB)"])
def test_bytes_are_cut_at_the_limit_and_said_so(value: str, connection: Connection) -> None:
    result = connection.run(f"SELECT {value} FROM t", Limits(rows=3000, result_bytes=10_100))
    assert [len(row[0]) for row in result.rows] == [1000] * 10
    assert result.truncated


def test_a_value_above_the_limit_leaves_no_rows(connection: Connection) -> None:
    result = connection.run("SELECT zeroblob(1000)", Limits(result_bytes=100))
    assert result.columns == ("zeroblob(1000)",)
    assert result.rows == ()
    assert result.truncated


# Values


def test_values_arrive_as_they_are(connection: Connection) -> None:
    result = connection.run(
        "SELECT NULL AS a, 9223372036854775807 AS a, -1.5 AS c, 'ß' AS d, x'00ff' AS e, CAST(x'ff41' AS TEXT) AS f",
        Limits(),
    )
    assert result.columns == ("a", "a", "c", "d", "e", "f")
    assert result.rows == ((None, 2**63 - 1, -1.5, "ß", b"\x00\xff", "\ufffdA"),)


def test_lone_surrogate_in_a_statement_is_a_database_error(connection: Connection) -> None:
    with pytest.raises(DatabaseError, match="surrogates"):
        connection.run("SELECT '\ud800'", Limits())


# Threads, closing, interrupts, the death of the parent


def test_several_threads_take_turns(connection: Connection, children: Children) -> None:
    with ThreadPoolExecutor(8) as threads:
        results = threads.map(lambda n: connection.run(f"SELECT {n}", Limits()).rows, range(200))
        assert [*results] == [((n,),) for n in range(200)]
    assert len(children()) == 1


def test_close_ends_the_child_and_may_be_repeated(connection: Connection, children: Children) -> None:
    connection.run("SELECT 1", Limits())
    connection.close()
    assert not children()
    connection.close()
    with pytest.raises(DatabaseError, match="closed"):
        connection.run("SELECT 1", Limits())
    assert not children()


def test_close_stops_a_query_of_another_thread(connection: Connection, children: Children) -> None:
    connection.run("SELECT 1", Limits())
    (child,) = children()
    with ThreadPoolExecutor() as threads:
        running = threads.submit(connection.run, ENDLESS, Limits(seconds=600))
        wait_until_busy(child)
        connection.close()
        with pytest.raises(DatabaseError, match="closed"):
            running.result()


def test_forgotten_connection_ends_its_child(database: Path, children: Children) -> None:
    connect(read_address(f"sqlite:///{database}")).run("SELECT 1", Limits())
    assert not children()


def test_interrupt_ends_the_child_at_once(start_script: Callable[[str], subprocess.Popen[str]]) -> None:
    script = start_script(RUN_ENDLESS)
    assert script.stdin
    assert script.stdout
    child = child_of(script)
    wait_until_busy(child)
    script.send_signal(signal.SIGINT)
    assert script.stdout.readline() == "interrupted\n"
    assert not child.is_running()
    output, _ = script.communicate("\n", timeout=30)
    assert output == "3000\n"
    assert script.returncode == 0


def test_child_ignores_an_interrupt(connection: Connection, children: Children) -> None:
    connection.run("SELECT 1", Limits())
    first = children()
    for child in first:
        child.send_signal(signal.SIGINT)
    assert connection.run("SELECT 1", Limits()).rows == ((1,),)
    assert children() == first


@pytest.mark.parametrize("more", [RUN_ENDLESS, "sys.stdin.readline()"], ids=["busy", "idle"])
def test_death_of_the_parent_ends_the_child(more: str, start_script: Callable[[str], subprocess.Popen[str]]) -> None:
    script = start_script(more)
    child = child_of(script)
    if more == RUN_ENDLESS:
        wait_until_busy(child)
    script.kill()
    wait_until_gone(child)


def test_script_that_never_closes_ends_well(start_script: Callable[[str], subprocess.Popen[str]]) -> None:
    script = start_script("")
    child = child_of(script)
    assert script.wait(timeout=30) == 0
    wait_until_gone(child)


# What surrounds the child


def test_child_imports_nothing_from_the_working_folder(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sqlite3.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with closing(connect(read_address(f"sqlite:///{database}"))) as connection:
        assert connection.run("SELECT 1", Limits()).rows == ((1,),)


def test_child_needs_only_a_few_modules() -> None:
    code = "import sys, agent.dialects.child, agent.dialects.sqlite_child; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"dataclasses", "subprocess", "psutil", "pydantic", "sqlalchemy", "sqlglot"}
    assert not heavy & set(loaded.stdout.split())

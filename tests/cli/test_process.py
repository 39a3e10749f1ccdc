"""The command as a process of its own: its streams, interrupts, and what an end must not leave."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from agent import Agent

AGENT = [sys.executable, "-m", "agent"]
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="signals")
needs_a_shell = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in which $AGENT is the command."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.replace("$AGENT", f"'{sys.executable}' -m agent")],
        capture_output=True,
        timeout=120,
        env=os.environ | environment,
    )


@needs_a_shell
@pytest.mark.parametrize("options", ["--format csv --limit 100000", "--format csv --limit 1 -q"])
def test_a_closed_pipe_ends_quietly(shop: Agent, options: str) -> None:
    done = shell(f"$AGENT ask 'orders in 2024' {options} | head -n 1")

    assert done.returncode == 0
    assert done.stdout.startswith(b"id")
    assert b"rror" not in done.stderr
    assert b"Traceback" not in done.stderr


@needs_a_shell
@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("$AGENT ask 'how many orders' -q > /dev/full", "No space left on device"),
        ("$AGENT index > /dev/full", "No space left on device"),
        ("$AGENT --version > /dev/full", "No space left on device"),
        ("$AGENT ask 'how many orders' -q >&-", "stdout is closed"),
    ],
)
def test_an_answer_that_cannot_be_written_is_said_in_a_line(shop: Agent, command: str, says: str) -> None:
    done = shell(command)

    *progress, last = done.stderr.decode().splitlines()
    assert last == f"error: cannot write the answer: {says}"
    assert all(line.endswith(" ...") for line in progress)
    assert done.returncode == 1


@needs_a_shell
def test_without_stderr_stdout_is_still_only_data(shop: Agent) -> None:
    done = shell("$AGENT ask 'delete all orders' 2>&-")

    assert done.stdout == b""
    assert done.returncode == 3


@needs_a_shell
@pytest.mark.parametrize("stderr", ["/dev/full", "/dev/null"])
def test_the_answer_arrives_where_stderr_cannot_be_written(shop: Agent, stderr: str) -> None:
    done = shell(f"$AGENT ask 'how many customers' --format csv 2>{stderr}")
    refused = shell(f"$AGENT ask 'delete all orders' 2>{stderr}")

    assert done.stdout.startswith(b"customer_count\n")
    assert done.returncode == 0
    assert refused.returncode == 3


@needs_a_shell
def test_a_question_comes_through_a_pipe(shop: Agent) -> None:
    asked = shell("echo 'how many customers' | $AGENT ask - --format jsonl -q")
    closed = shell("$AGENT ask - -q <&-")
    garbled = shell("printf '\\377\\376' | $AGENT ask - -q")
    endless = shell("$AGENT ask - -q < /dev/zero")

    assert json.loads(asked.stdout).keys() == {"customer_count"}
    assert (closed.returncode, closed.stdout) == (2, b"")
    assert b"stdin is closed" in closed.stderr
    assert garbled.returncode == 3
    assert endless.returncode == 2
    assert b"and 2,000 is the most" in endless.stderr


@needs_a_shell
def test_letters_that_the_terminal_lacks_are_replaced(shop: Agent) -> None:
    done = shell("$AGENT ask 'how many customers per city'", PYTHONIOENCODING="ascii")

    assert done.returncode == 0, done.stderr
    assert b"Malm?" in done.stdout


def processes_of(session: int) -> list[psutil.Process]:
    """What lives on of a session: the command itself, the exporter of the model, the database's process."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


# Before the interpreter itself has started, an interrupt is its own affair.
READY = "import sys; print('ready', file=sys.stderr, flush=True); from agent.cli import main; main()"


@needs_signals
@pytest.mark.parametrize(
    ("moment", "to_all"),
    [("starting", False), ("making the index", False), ("making the index", True)],
    ids=["kill while starting", "kill while indexing", "Ctrl-C while indexing"],
)
def test_an_interrupt_ends_at_once_and_leaves_nothing(tmp_path: Path, moment: str, to_all: bool) -> None:
    # An empty cache makes the command work long enough to be interrupted.
    process = subprocess.Popen(
        [sys.executable, "-c", READY, "ask", "how many orders"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"SQLWRIGHT_CACHE_DIR": str(tmp_path)},
        start_new_session=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    if moment != "starting":
        while "preparing the embedding model" not in process.stderr.readline():
            assert process.poll() is None
        # The command, the process that opens the database, and the one that exports the model.
        while len(processes_of(process.pid)) < 3:
            assert process.poll() is None
            time.sleep(0.01)
    (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)

    assert stdout == ""
    assert "fault of sqlwright" not in stderr
    # The database's process ends when it finds its input closed, which takes it a moment.
    patience = time.monotonic() + 5
    while processes_of(process.pid) and time.monotonic() < patience:
        time.sleep(0.05)
    assert not processes_of(process.pid)
    if moment == "starting":
        # Python itself answers an interrupt until it has come to our first line.
        assert process.returncode in {130, -signal.SIGINT}
    else:
        assert process.returncode == 130
        assert stderr == "interrupted\n"


def test_python_m_agent_is_the_command() -> None:
    done = subprocess.run([*AGENT, "--version"], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("sqlwright ")

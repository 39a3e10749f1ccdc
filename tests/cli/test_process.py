"""The command as a process of its own: pipes, interrupts, and what a crash must not leave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

AGENT = [sys.executable, "-m", "agent"]


def test_a_closed_pipe_ends_quietly() -> None:
    command = f"'{sys.executable}' -m agent ask 'list orders' --limit 100000 --format csv | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=120)

    assert done.stdout.startswith("id,")
    assert "Error" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("delay", [0.05, 0.4, 1.2])
def test_an_interrupt_ends_at_once_with_130_and_no_trace(tmp_path: Path, delay: float) -> None:
    # An empty cache makes the command work long enough to be interrupted.
    environment = os.environ | {"SQLWRIGHT_CACHE_DIR": str(tmp_path)}
    process = subprocess.Popen(
        [*AGENT, "ask", "how many orders"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)

    assert process.returncode in {130, -signal.SIGINT}
    assert stdout == ""
    assert "sqlwright" not in stderr
    if delay > 1:
        assert process.returncode == 130
        assert "Traceback" not in stderr
    assert not [child for child in psutil.Process().children(recursive=True) if child.pid == process.pid]


def test_python_m_agent_is_the_command() -> None:
    done = subprocess.run([*AGENT, "--version"], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("sqlwright ")

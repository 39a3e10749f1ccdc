"""The command as a user starts it: each run is a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.measure import Figure, medians

AGENT = str(Path(sys.executable).with_name("agent"))
ASK = (AGENT, "ask", "top customers last month", "--quiet")
VERSION = (AGENT, "--version")
IMPORTS = "import sentence_transformers, chromadb"
PYTHON = (sys.executable, "-W", "ignore", "-c", IMPORTS)


@dataclass(frozen=True, slots=True)
class Usage:
    """Wall and processor time in seconds, and the peak memory in MB of the largest process.

    The children of the process count, as far as it has waited for them.
    """

    wall: float
    cpu: float
    peak: float


def commands() -> Iterator[Figure]:
    """The figures of the command line, on a demo shop of their own that is indexed before."""
    with TemporaryDirectory() as folder:
        others = {name: value for name, value in os.environ.items() if not name.startswith("SQLWRIGHT_")}
        environment = others | {"SQLWRIGHT_CACHE_DIR": folder, "XDG_CONFIG_HOME": folder}
        usage = partial(_usage, folder=folder, environment=environment)
        for command in (ASK, PYTHON):
            usage(command)  # the first one makes and indexes the shop, and both fill the file cache
        ask, imports = medians(7, lambda: usage(ASK).wall, lambda: usage(PYTHON).wall)
        yield Figure(f"`agent {' '.join(ASK[1:])}`, cold", ask, "s", 0.30, f"`python -c '{IMPORTS}'`", imports)
        (version,) = medians(7, lambda: usage(VERSION).cpu)
        yield Figure("`agent --version`, processor time", version, "s", 0.25)
        (peak,) = medians(3, lambda: usage(ASK).peak)
        yield Figure("that ask, peak memory of its largest process", peak, "MB", 400)


def _usage(command: tuple[str, ...], *, folder: str, environment: dict[str, str]) -> Usage:
    """Run a command in a folder without settings; raises CalledProcessError when it fails."""
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder, env=environment)
    _, status, resources = os.wait4(process.pid, 0)
    wall = perf_counter() - start
    # Popen has not seen the process end, because wait4 took its status.
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    unit = 1 if sys.platform == "darwin" else 1024
    return Usage(wall, resources.ru_utime + resources.ru_stime, resources.ru_maxrss * unit / 1e6)

"""A terminal for tests: a command in a pseudo-terminal, what it shows, and the keys that are pressed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60.0
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|[\r\a]")


class Terminal:
    """A running command; `raw` is all that it has shown so far, with its control sequences."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self.raw = ""
        self._master = master

    @property
    def text(self) -> str:
        """What has been shown, without control sequences."""
        return _CONTROL.sub("", self.raw)

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def wait_for(self, text: str) -> None:
        """Read until the text has been shown; fails when the command ends or stalls before."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.text:
            assert self._read(deadline), f"{text!r} was not shown: {self.text}"

    def end(self) -> int:
        """Read to the end, and give the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        return self.process.wait(PATIENCE)

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            part = os.read(self._master, 65_536)
        except OSError:  # the other end is closed
            return False
        self.raw += part.decode("utf-8", "replace")
        return bool(part)


@contextmanager
def terminal(
    *command: str, cwd: Path | None = None, stdout: int | None = None, columns: int = 100, **environment: str
) -> Iterator[Terminal]:
    """Run a command in a terminal of its own; `stdout` takes its stdout elsewhere."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave if stdout is None else stdout,
        stderr=slave,
        cwd=cwd,
        env=inherited | {"TERM": "xterm-256color"} | environment,
        start_new_session=True,
        # So that Ctrl-C reaches it as in a shell.
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(master)


def agent(*arguments: str) -> tuple[str, ...]:
    """The command line of `agent`."""
    return (sys.executable, "-m", "agent", *arguments)

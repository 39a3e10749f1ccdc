"""stdin, stdout and stderr as a shell may hand them over: closed, full, short of letters, or with no one there."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.errors import AgentError, UsageError

MAX_INPUT = 1_000_000
"""Characters that are read of a question, which is far above what one may have."""


def prepare_streams() -> None:
    """Make the streams fit to be written to; leaves with 1 and a line on stderr where stdout is closed."""
    if sys.stderr is None:
        # Opened also so that no database file gets its number, to which libraries write their complaints.
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - it lasts as long as the process
    else:
        sys.stderr = _forgiving(sys.stderr)
    if sys.stdout is None:
        raise SystemExit("error: cannot write the answer: stdout is closed")
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextmanager
def writing() -> Iterator[None]:
    """Print to stdout inside, and know that it arrived; AgentError when stdout cannot take it."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_stdout()
        raise AgentError(f"cannot write the answer: {error.strerror or error}") from error


def drop_stdout() -> None:
    """Throw away what is left in the buffer, which would else be written, and fail again, at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def read_stdin() -> str:
    """The text on stdin without the blanks around it; UsageError when there is no stdin."""
    if sys.stdin is None:
        raise UsageError("there is no question: stdin is closed", "give the question itself instead of -")
    return sys.stdin.read(MAX_INPUT).strip()


class _Forgiving(io.FileIO):
    """A file to which writing never fails: what is said there must not cost the answer."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except OSError:
            return memoryview(data).nbytes


def _forgiving(stream: Any) -> Any:
    try:
        raw = _Forgiving(stream.fileno(), "w", closefd=False)
    except (OSError, ValueError):
        return stream
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=stream.encoding, errors="replace", line_buffering=True)

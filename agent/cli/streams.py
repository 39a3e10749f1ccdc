"""stdout and stderr as a shell may hand them over: closed, full, short of letters, or with a reader who has left."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.errors import AgentError


def prepare_streams() -> None:
    """Make the streams fit to be written to; leaves with 1 and a line on stderr where stdout is closed."""
    if sys.stderr is None:
        # Opened also so that no database file gets its number, to which libraries write their complaints.
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - it lasts as long as the process
    if sys.stdout is None:
        raise SystemExit("error: cannot write the answer: stdout is closed")
    for stream in (sys.stdout, sys.stderr):
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

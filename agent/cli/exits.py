"""The one place where errors become a line on stderr and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from agent.cli.streams import drop_stdout
from agent.cli.visible import visible, visible_lines
from agent.errors import (
    AgentError,
    CancelledError,
    ChoiceError,
    DatabaseError,
    IndexingError,
    ModelError,
    RefusedError,
    UsageError,
)

FAILED = 1
INTERRUPTED = 130
EXIT_CODES: dict[type[AgentError], int] = {
    UsageError: 2,
    RefusedError: 3,
    DatabaseError: 4,
    ModelError: 5,
    IndexingError: FAILED,
    CancelledError: INTERRUPTED,
}


def exit_code_of(error: type[AgentError]) -> int:
    """The exit code of the nearest kind of error that has one."""
    return next((EXIT_CODES[kind] for kind in error.mro() if kind in EXIT_CODES), FAILED)


@contextmanager
def exits(debug: bool) -> Iterator[None]:
    """Turn what goes wrong inside into a message and an exit code; with `debug` the trace comes first."""
    try:
        yield
    except AgentError as error:
        _trace(debug)
        readings = error.readings if isinstance(error, ChoiceError) else ()
        _say(
            f"error: {error.message}",
            *(f"  {number}  {reading}" for number, reading in enumerate(readings, start=1)),
            error.hint and f"hint: {error.hint}",
        )
        raise typer.Exit(exit_code_of(type(error))) from None
    except KeyboardInterrupt:
        _trace(debug)
        _say("interrupted")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        # The reader of a pipe (head) has had enough.
        drop_stdout()
        raise typer.Exit(0) from None
    except typer.Exit:
        raise
    except Exception as error:
        _trace(debug)
        reason = " ".join(str(error).split())[:300]
        _say(f"error: this is a fault of sqlwright: {type(error).__name__}: {reason}", "hint: --debug shows where")
        raise typer.Exit(FAILED) from None


def _trace(debug: bool) -> None:
    if debug:
        import traceback

        print(visible_lines(traceback.format_exc()), end="", file=sys.stderr)  # noqa: T201


def _say(*lines: str) -> None:
    for line in filter(None, lines):
        print(visible(line), file=sys.stderr)  # noqa: T201

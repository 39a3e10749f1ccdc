"""How far something is that is fetched, on stderr: a bar in a terminal, else a line for each step and tenth."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from agent.cli.visible import visible


class Fetching(Protocol):
    """Is told of every step, and of the bytes of it that have come."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show the step; a `total` of 0 is not known."""
        ...


@contextmanager
def download(quiet: bool) -> Iterator[Fetching]:
    """What shows a download until the end of the block; with `quiet` nothing is shown."""
    if quiet:
        yield _silent
    elif sys.stderr.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}:
        with _bar() as shown:
            yield shown
    else:
        yield _Lines()


def _silent(what: str, done: int, total: int) -> None:
    pass


class _Lines:
    def __init__(self) -> None:
        self._said = ("", -1)

    def __call__(self, what: str, done: int, total: int) -> None:
        tenth = 10 * done // total if total else 0
        if (what, tenth) == self._said:
            return
        # What is fetched in several parts may know its whole size late; it is not told to go back.
        if what != self._said[0] or tenth > self._said[1]:
            self._said = (what, tenth)
            share = f" {10 * tenth} %" if tenth else " ..."
            print(f"{visible(what)}{share}", file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def _bar() -> Iterator[Fetching]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    # It is for a terminal alone; what goes to stdout leaves this program as it is.
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("", total=None)

        def show(what: str, done: int, total: int) -> None:
            progress.update(task, description=visible(what), completed=done, total=total or None)

        yield show

"""A progress bar on stderr for the steps of indexing; one line a step where stderr is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.schema_index.progress import Progress


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress | None]:
    """What indexing reports to; nothing is shown before its first report, or with `quiet`."""
    if quiet:
        yield None
        return
    bar = _Bar() if sys.stderr.isatty() else _Lines()
    try:
        yield bar
    finally:
        bar.stop()


class _Lines:
    def __init__(self) -> None:
        self._last = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        if what != self._last:
            self._last = what
            print(f"{what} ...", file=sys.stderr, flush=True)  # noqa: T201

    def stop(self) -> None:
        pass


class _Bar:
    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: int | None = None

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task(what)
        # A step of unknown length only pulses.
        self._progress.update(self._task, description=what, completed=done, total=total if total > 1 else None)  # type: ignore[arg-type]

    def stop(self) -> None:
        self._progress.stop()

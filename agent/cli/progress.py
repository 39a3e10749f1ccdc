"""What the command is doing, on stderr: a line that comes and goes in a terminal, else one line a step of indexing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress import Task, TaskID


class Activity(Protocol):
    """What indexing reports to, and the stages of an answer."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say how far a step of indexing is; a `total` of 1 is one of unknown length."""
        ...

    def stage(self, what: str) -> None:
        """Say what is being done, where there is a terminal to say it in."""
        ...

    def stop(self) -> None:
        """Take the line away, until there is more to say."""
        ...


@contextmanager
def activity(quiet: bool) -> Iterator[Activity]:
    """The activity of a command, shown until the end of the block; with `quiet` nothing is."""
    shown = _Silent() if quiet else _Line() if _is_terminal() else _Lines()
    try:
        yield shown
    finally:
        shown.stop()


def _is_terminal() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}


class _Silent:
    def __call__(self, what: str, done: int, total: int) -> None:
        pass

    def stage(self, what: str) -> None:
        pass

    def stop(self) -> None:
        pass


class _Lines(_Silent):
    def __init__(self) -> None:
        self._last = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        if what != self._last:
            self._last = what
            print(f"{what} ...", file=sys.stderr, flush=True)  # noqa: T201


class _Line:
    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn
        from rich.text import Text

        class Bar(BarColumn):
            def render(self, task: Task) -> RenderableType:  # type: ignore[override]
                # A step of unknown length has none.
                return super().render(task) if task.total else ""

        class What(ProgressColumn):
            def render(self, task: Task) -> RenderableType:
                seconds = int(task.elapsed or 0)
                return Text(f"{task.description}, {seconds} s" if seconds else task.description)

        self._progress = Progress(
            SpinnerColumn(),
            What(),
            Bar(),
            # The line is for a terminal alone, whatever FORCE_COLOR says of the rest.
            console=Console(stderr=True),
            transient=True,
            # What goes to stdout is the answer, and leaves this program as it is.
            redirect_stdout=False,
        )
        self._task: TaskID | None = None
        self._what = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        self._show(what, done, total if total > 1 else None)

    def stage(self, what: str) -> None:
        self._show(what, 0, None)

    def stop(self) -> None:
        self._progress.stop()

    def _show(self, what: str, done: int, total: int | None) -> None:
        if self._task is None or what != self._what:
            # A task of rich that has a length cannot lose it again.
            for old in self._progress.task_ids:
                self._progress.remove_task(old)
            self._task, self._what = self._progress.add_task(what, total=total), what
        self._progress.update(self._task, completed=done, total=total)
        self._progress.start()

"""Work that waits for a server, in a thread of its own, so that whoever waits for it can turn away at any moment."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TypeVar

TICK_SECONDS = 0.1

T = TypeVar("T")


def streamed(work: Callable[[], Iterable[T]], cut: Callable[[], None]) -> Generator[T | None, None, None]:
    """What `work` yields, as it comes, and None ten times a second while nothing comes; what it raises is raised here.

    `cut` is called at the end, also where the iterator is closed before: it has to end the work. An interrupt comes to
    the thread that iterates, never into the work.
    """
    came: SimpleQueue[tuple[T] | BaseException | None] = SimpleQueue()

    def fulfil() -> None:
        try:
            for part in work():
                came.put((part,))
            came.put(None)
        except BaseException as error:  # whoever waits raises it
            came.put(error)

    try:
        Thread(target=fulfil, name="sqlwright-model", daemon=True).start()
        while True:
            try:
                part = came.get(timeout=TICK_SECONDS)
            except Empty:
                yield None
                continue
            if part is None:
                return
            if isinstance(part, BaseException):
                raise part
            yield part[0]
    finally:
        cut()


def waited(
    work: Callable[[], Iterable[T]], cut: Callable[[], None], tick: Callable[[float], None], seconds: float
) -> T | None:
    """The first that `work` yields, None where that takes longer; `tick` is told the seconds while nothing comes."""
    started = monotonic()
    with closing(streamed(work, cut)) as parts:
        for part in parts:
            if part is not None:
                return part
            tick(monotonic() - started)
            if monotonic() - started > seconds:
                break
    return None

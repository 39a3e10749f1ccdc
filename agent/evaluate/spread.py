"""Work spread over processes, one a core; what goes wrong in one of them costs one item."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, Protocol, TypeVar

from agent.errors import AgentError

POLL_SECONDS = 0.5
# Before its first item a process starts, imports, and may have to make an index.
PREPARING_SECONDS = 900.0

T = TypeVar("T")
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class Job(Protocol[T_contra, R_co]):
    """What is done with each item; it is pickled before the first, and may keep what it opens for the next."""

    def do(self, item: T_contra) -> R_co:
        """The result of one item."""
        ...


def spread(
    groups: Iterable[Sequence[T]],
    job: Job[T, R],
    lost: Callable[[T, str], R],
    patience: float,
) -> Generator[R, None, None]:
    """The results of all items as they come; those of a group are done one after another in one process.

    An item that raises, ends its process, or takes longer than `patience` seconds gives what `lost` makes of it and a
    reason in words; the rest of its group goes on in a new process. All processes end with the iterator.
    """
    waiting = deque(deque(group) for group in groups if group)
    workers = [_Worker(job) for _ in range(min(cores(), len(waiting)))]
    try:
        for worker in workers:
            worker.take(waiting)
        while busy := {worker.pipe: worker for worker in workers if worker.item}:
            for ready in wait(list(busy), POLL_SECONDS):
                worker = busy.pop(ready)  # type: ignore[call-overload]
                yield worker.result(lost)
                worker.take(waiting)
            for worker in busy.values():
                if worker.is_late(patience):
                    yield worker.give_up(lost, "it took too long")
                    worker.take(waiting)
    finally:
        for worker in workers:
            worker.end()


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Worker(Generic[T, R]):
    """A process, the group of items that it works through, and the item that it works on, in a list or none."""

    def __init__(self, job: Job[T, R]) -> None:
        self.item: list[T] = []
        self._job = job
        self._group: deque[T] = deque()
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._job), daemon=True)
        with _deaf():
            self._process.start()
        theirs.close()
        self._is_prepared = False

    def take(self, waiting: deque[deque[T]]) -> None:
        """Begin with the next item of the group, or of the next group."""
        if not self._group and waiting:
            self._group = waiting.popleft()
            self._is_prepared = False
        self.item = [self._group.popleft()] if self._group else []
        self._since = time.monotonic()
        if self.item:
            # A process that is gone is noticed where its result is waited for.
            with suppress(OSError):
                self.pipe.send(self.item[0])

    def is_late(self, patience: float) -> bool:
        allowed = patience if self._is_prepared else patience + PREPARING_SECONDS
        # What is done already may only have waited for whoever takes the results.
        return time.monotonic() - self._since > allowed and not self.pipe.poll()

    def result(self, lost: Callable[[T, str], R]) -> R:
        try:
            succeeded, result = self.pipe.recv()
        except (EOFError, OSError):
            return self.give_up(lost, "it ended its process")
        self._is_prepared = True
        if isinstance(result, AgentError):
            raise result
        found: R = result if succeeded else lost(self.item[0], result)
        return found

    def give_up(self, lost: Callable[[T, str], R], reason: str) -> R:
        """End the process and what it does, and start another."""
        result = lost(self.item[0], reason)
        self.end()
        self._start()
        return result

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.pipe.close()


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started inside does not hear Ctrl-C, which is for this process alone to answer."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection[Any, Any], job: Job[Any, Any]) -> None:
    """Do what comes through the pipe until that is closed; runs in the process of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        try:
            reply = (True, job.do(item))
        except AgentError as error:
            reply = (False, error)
        except Exception as error:  # whatever it is, it is told as the result of this item
            reply = (False, f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
        pipe.send(reply)

"""Work for a server that is watched from this side, whatever the server does about its own limits.

The work is done in a thread of its own: an interrupt then comes to the thread that waits, never into a driver, which
might swallow it, or take it for an error of the server.
"""

from __future__ import annotations

import _thread
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from agent.dialects import Heed, heedless
from agent.dialects.failures import FailureError
from agent.dialects.resident import resident_bytes
from agent.dialects.wire import FailureKind
from agent.records import Limits

STOP_SECONDS = 3.0  # for the server to hear that it shall stop
GRACE_SECONDS = 1.0  # for the server to say that it stopped
RETRY_SECONDS = 0.2
POLL_SECONDS = 0.05

T = TypeVar("T")


def watched(
    work: Callable[[], T], limits: Limits, stop: Callable[[], None], cut: Callable[[], None], heed: Heed = heedless
) -> T:
    """What `work` returns or raises; `stop` is called when it has to end, and `cut` if that is not enough.

    Raises FailureError of the kind time or memory when it takes longer, or makes this process grow by more, than the
    limits say. An interrupt stops it too, and what `heed` raises.
    """
    outcome: list[T] = []
    failure: list[BaseException] = []
    done = _thread.allocate_lock()
    done.acquire()

    def fulfil() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # whoever waits raises it
            failure.append(error)
        finally:
            done.release()

    started = time.monotonic()
    try:
        # An interrupt cannot come between the parts of these calls, as it can within Thread.start and Event.wait.
        _thread.start_new_thread(fulfil, ())
        exceeded = _exceeded(done, limits, heed)
    except BaseException:
        _end(done, stop, cut)
        raise
    if exceeded:
        # A late answer counts for nothing: some functions end quietly when they are stopped, with a wrong value.
        _end(done, stop, cut)
        raise FailureError(exceeded)
    if not failure:
        return outcome[0]
    if isinstance(failure[0], FailureError) and time.monotonic() - started >= limits.seconds:
        raise FailureError("time") from failure[0]
    raise failure[0]


def stop_in_time(stop: Callable[[], None]) -> None:
    """Call `stop` and wait for it, but not for ever: its own line to the server may hang as well."""
    stopping = threading.Thread(target=stop, name="sqlwright-stop", daemon=True)
    stopping.start()
    stopping.join(STOP_SECONDS)


def _exceeded(done: _thread.LockType, limits: Limits, heed: Heed) -> FailureKind | None:
    """The limit that was reached before the work was done."""
    deadline = time.monotonic() + limits.seconds
    if done.acquire(timeout=min(POLL_SECONDS, limits.seconds)):
        return None
    before = resident_bytes()
    while (left := deadline - time.monotonic()) > 0:
        if done.acquire(timeout=min(POLL_SECONDS, left)):
            return None
        heed()
        if resident_bytes() - before > limits.memory_bytes:
            return "memory"
    return "time"


def _end(done: _thread.LockType, stop: Callable[[], None], cut: Callable[[], None]) -> None:
    deadline = time.monotonic() + GRACE_SECONDS
    while True:
        # More than once: one that comes between two statements of the session stops neither.
        stop_in_time(stop)
        if done.acquire(timeout=RETRY_SECONDS):
            return
        if time.monotonic() > deadline:
            break
    cut()
    done.acquire(timeout=GRACE_SECONDS)

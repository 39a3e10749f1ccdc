"""A deadline that is kept from this side, whatever the server does about its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType

STOP_SECONDS = 3.0  # for the server to hear that it shall stop
GRACE_SECONDS = 1.0  # for the server to say that it stopped


def stop_in_time(stop: Callable[[], None]) -> None:
    """Call `stop` and wait for it, but not for ever: its own line to the server may hang as well."""
    stopping = threading.Thread(target=stop, name="sqlwright-stop", daemon=True)
    stopping.start()
    stopping.join(STOP_SECONDS)


class Watchdog:
    """While its block runs longer than `seconds`, `stop` is called, and `cut` if that is not enough.

    Both are called from another thread. `fired` says whether it came to that.
    """

    def __init__(self, seconds: float, stop: Callable[[], None], cut: Callable[[], None]) -> None:
        self.fired = False
        self._seconds = seconds
        self._stop = stop
        self._cut = cut
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sqlwright-deadline", daemon=True)

    def __enter__(self) -> Watchdog:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # Joined, so that a stop on its way cannot hit what the session runs next.
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        if self._done.wait(self._seconds):
            return
        self.fired = True
        stop_in_time(self._stop)
        if not self._done.wait(GRACE_SECONDS):
            self._cut()

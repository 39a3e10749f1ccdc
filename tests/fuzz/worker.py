"""The checker in a process of its own, which is killed when it does not come back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from agent.records import Catalog
from agent.validators import validate

MAX_SECONDS = 1.0
# Beyond its processor time, for a machine that does other work too.
_PATIENCE = 10.0


@dataclass(frozen=True)
class Outcome:
    """What a check came to: seconds of processor time, and what was wrong with it, if anything."""

    seconds: float
    fault: str = ""
    passed: bool = False


class Worker:
    """Checks texts one by one; `check` outlives whatever a text does to the process."""

    def __init__(self, catalogs: dict[str, Catalog]) -> None:
        self._catalogs = catalogs
        self._start()

    def check(self, dialect: str, sql: str) -> Outcome:
        """The outcome of one check, and of a second check of what it passed."""
        try:
            self._pipe.send((dialect, sql))
            if self._pipe.poll(_PATIENCE):
                outcome: Outcome = self._pipe.recv()
                return outcome
            outcome = Outcome(_PATIENCE, f"hangs beyond {_PATIENCE:g} s")
        except (EOFError, ConnectionError):
            outcome = Outcome(0, "ends its process")
        self.close()
        self._start()
        return outcome

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _start(self) -> None:
        context = get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, self._catalogs), daemon=True)
        self._process.start()
        other.close()
        # Its imports are no part of the first check.
        self._pipe.recv()


def _serve(pipe: Connection, catalogs: dict[str, Catalog]) -> None:
    pipe.send("ready")
    while True:
        try:
            dialect, sql = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        pipe.send(check(sql, catalogs[dialect]))


def check(sql: str, catalog: Catalog) -> Outcome:
    """Check a text in this process."""
    started = time.process_time()
    try:
        verdict = validate(sql, catalog)
        seconds = time.process_time() - started
        again = validate(verdict.query.sql, catalog) if verdict.query else verdict
    except Exception as error:
        return Outcome(time.process_time() - started, f"raises {type(error).__name__}: {str(error)[:200]}")
    passed = verdict.query is not None
    if seconds > MAX_SECONDS:
        return Outcome(seconds, f"takes more than {MAX_SECONDS:g} s of processor time", passed)
    if passed == bool(verdict.findings):
        return Outcome(seconds, "gives both a query and findings, or neither", passed)
    if again != verdict:
        return Outcome(seconds, "does not pass again what it passed", passed)
    return Outcome(seconds, "", passed)

"""Statements in a child process, which is killed at a deadline or above a memory bound.

Some functions of an engine ignore an interrupt, so the engine's own limits are not enough.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, BinaryIO, Literal, cast

from agent.dialects import Heed, heedless, wire
from agent.dialects.failures import error_of, one_line
from agent.dialects.resident import resident_bytes
from agent.errors import DatabaseError
from agent.records import Limits, Plan, Result

START_SECONDS = 30.0
GRACE_SECONDS = 0.5  # for the child to stop by itself, which keeps it warm
POLL_SECONDS = 0.05
PIPE_BYTES = 1024 * 1024

# Isolated and without site-packages: what a user's environment holds cannot slow or change the child.
INTERPRETER_FLAGS = ("-I", "-S")
BOOTSTRAP = "import sys; sys.path += sys.argv[1:-1]; from agent.dialects.child import main; main()"


class ChildProcess:
    """A `Connection` whose statements run in a child process that is kept warm between them.

    `dialect` names the module that the child serves, `target` what it opens, and `folders` hold the packages
    that the child imports beyond the standard library. After a kill the next statement starts a new child.
    """

    may: tuple[str, ...] = ()  # a file is opened read-only, whoever opens it

    def __init__(self, dialect: str, target: str, folders: tuple[str, ...] = ()) -> None:
        self.dialect = dialect
        self._target = target
        self._folders = folders
        self._turn = threading.Lock()
        self._closed = False
        # Started at once, so that it gets ready while a question is being read.
        self._child = _Child(dialect, folders)

    def run(self, sql: str, limits: Limits, heed: Heed = heedless) -> Result:
        """Run one statement; errors as in `Connection.run`."""
        started = time.perf_counter()
        columns: tuple[str, ...] = ()
        rows: list[tuple[Any, ...]] = []
        truncated = False
        for reply in self._ask("run", sql, limits, heed):
            match reply:
                case ("columns", columns):
                    pass
                case ("rows", part):
                    rows += part
                case ("done", truncated):
                    pass
                case ("failed", kind, text):
                    raise error_of(kind, text, limits)
        return Result(columns, tuple(rows), truncated, time.perf_counter() - started)

    def plan(self, sql: str, limits: Limits, heed: Heed = heedless) -> Plan | str:
        """Compile one statement; errors as in `Connection.plan`."""
        match self._ask("plan", sql, limits, heed)[-1]:
            case ("failed", "statement" | "denied", text):
                return one_line(text)
            case ("failed", kind, text):
                raise error_of(kind, text, limits)
            case ("planned", rows):
                return Plan(rows)
        raise self._ended()

    def close(self) -> None:
        """Kill the child, also while another thread waits for it; more calls do nothing."""
        self._closed = True
        self._child.end()

    def _ask(self, action: Literal["run", "plan"], sql: str, limits: Limits, heed: Heed) -> list[wire.Reply]:
        request = wire.Request(
            action, self._target, sql, limits.rows, limits.seconds, limits.result_bytes, limits.memory_bytes
        )
        with self._turn:
            child = self._warm_child(limits)
            try:
                return child.ask(request, limits, heed)
            except EOFError as error:
                child.end()
                raise self._ended() from error
            except BaseException:
                child.end()
                raise

    def _warm_child(self, limits: Limits) -> _Child:
        if not self._closed and not self._child.can_serve(limits):
            self._child.end()
            self._child = _Child(self.dialect, self._folders)
        if self._closed:
            self._child.end()
            raise self._ended()
        return self._child

    def _ended(self) -> DatabaseError:
        if self._closed:
            return DatabaseError("the connection is closed")
        return DatabaseError("the query ended its process", "it may have needed more memory than this machine has")


class _Child:
    """One child process, from its start to its end."""

    def __init__(self, dialect: str, folders: tuple[str, ...]) -> None:
        folder = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(
            [sys.executable, *INTERPRETER_FLAGS, "-c", BOOTSTRAP, folder, *folders, dialect],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=PIPE_BYTES,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._replies: SimpleQueue[wire.Reply | None] = SimpleQueue()
        # A thread reads, because waiting for a pipe with a timeout is not portable.
        threading.Thread(
            target=_receive, args=(self._process.stdout, self._replies), name="sqlwright-replies", daemon=True
        ).start()
        self._ready = False
        self._memory_bytes: int | None = None
        self.end = weakref.finalize(self, _kill, self._process)

    def can_serve(self, limits: Limits) -> bool:
        """Whether it lives and its memory bound, which an engine may be unable to raise, is the asked one."""
        return self._process.poll() is None and self._memory_bytes in (None, limits.memory_bytes)

    def ask(self, request: wire.Request, limits: Limits, heed: Heed) -> list[wire.Reply]:
        """All replies to a request.

        Raises EOFError when the child is gone, LimitError when it exceeds a limit, and what `heed` raises; end it then.
        """
        if not self._ready:
            self._next_reply(time.monotonic() + START_SECONDS, limits, heed)
            self._ready = True
        self._memory_bytes = request.memory_bytes
        try:
            wire.write(cast(BinaryIO, self._process.stdin), request)
        except (OSError, ValueError) as error:  # its end of the pipe is gone, or ours was closed
            raise EOFError from error
        deadline = time.monotonic() + limits.seconds + GRACE_SECONDS
        replies = [self._next_reply(deadline, limits, heed)]
        while replies[-1][0] not in wire.LAST:
            replies.append(self._next_reply(deadline, limits, heed))
        return replies

    def _next_reply(self, deadline: float, limits: Limits, heed: Heed) -> wire.Reply:
        while time.monotonic() < deadline:
            with suppress(Empty):
                reply = self._replies.get(timeout=POLL_SECONDS)
                if reply is None:
                    raise EOFError
                return reply
            heed()
            if resident_bytes(self._process.pid) > limits.memory_bytes:
                raise error_of("memory", "", limits)
        raise error_of("time", "", limits)


def _receive(stream: IO[bytes], replies: SimpleQueue[wire.Reply | None]) -> None:
    with stream, suppress(EOFError, OSError, wire.MalformedFrameError):
        while True:
            replies.put(wire.read_reply(cast(BinaryIO, stream)))
    replies.put(None)


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    with suppress(OSError):
        cast(BinaryIO, process.stdin).close()

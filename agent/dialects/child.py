"""The child process: answers requests on its standard input until that is closed."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from importlib import import_module
from queue import SimpleQueue
from typing import BinaryIO

from agent.dialects import wire


def main() -> None:
    """Serve the dialect named by the last argument; never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt stops
    gc.disable()  # rows hold no cycles, and looking for them costs a fifth of a long answer's time
    requests_in, replies_out = _take_pipes()
    requests: SimpleQueue[wire.Request] = SimpleQueue()
    threading.Thread(target=_receive, args=(requests_in, requests), daemon=True).start()
    answer = import_module(f"agent.dialects.{sys.argv[-1]}_child").answer
    wire.write(replies_out, ("ready",))
    while True:
        for reply in answer(requests.get()):
            wire.write(replies_out, reply)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes to the parent, out of reach of anything that reads or prints by habit."""
    requests_in, replies_out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    return requests_in, replies_out


def _receive(stream: BinaryIO, requests: SimpleQueue[wire.Request]) -> None:
    try:
        while True:
            requests.put(wire.read_request(stream))
    except (EOFError, OSError):
        # The parent is gone, perhaps in the middle of a query: nothing is left to be done.
        os._exit(0)

"""Work in a process of its own, so that heavy libraries and all they print stay out of this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import agent
from agent.errors import AgentError, IndexingError
from agent.schema_index.progress import Progress

_CODE = "import sys; sys.path.insert(0, sys.argv[1]); from agent.schema_index.child import _main; _main()"


class ChildError(Exception):
    """The work failed; the text is the last line that the process wrote."""


def run_child(work: str, job: Mapping[str, Any], progress: Progress, environment: Mapping[str, str]) -> Any:
    """What a function `module:name` returns for a job; the job and the result are JSON.

    The function is called with the job and a Progress. The process ends with this one, however and whenever that is.
    Raises IndexingError where the function raises an AgentError, and ChildError where anything else goes wrong.
    """
    root = str(Path(agent.__path__[0]).parent)
    quiet = {
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", _CODE, root, work],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **quiet, **environment},
            text=True,
            encoding="utf-8",
        )
        try:
            told = _converse(child, job, progress)
        finally:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                with suppress(OSError):
                    assert pipe  # noqa: S101 - both are pipes
                    pipe.close()
        errors.seek(0)
        lines = errors.read().strip().splitlines()
    if told is None:
        raise ChildError(lines[-1] if lines else "it was stopped")
    if "error" in told:
        raise IndexingError(*told["error"])
    return told["result"]


def _converse(child: subprocess.Popen[str], job: Mapping[str, Any], progress: Progress) -> dict[str, Any] | None:
    """The last word of the child, None where it ended without one."""
    assert child.stdin and child.stdout  # noqa: S101 - both are pipes
    with suppress(BrokenPipeError):
        child.stdin.write(json.dumps(job) + "\n")
        # It stays open from here on, and tells the child that we live.
        child.stdin.flush()
    for line in child.stdout:
        told: dict[str, Any] = json.loads(line)
        if "progress" not in told:
            return told
        progress(*told["progress"])
    child.wait()
    return None


def _main() -> None:
    # What libraries print must not come between.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_input, daemon=True).start()

    def tell(**said: Any) -> None:
        output.write(json.dumps(said) + "\n")
        output.flush()

    module, _, name = sys.argv[2].partition(":")
    work = getattr(import_module(module), name)
    try:
        result = work(job, lambda *progress: tell(progress=progress))
    except AgentError as error:
        tell(error=[error.message, error.hint])
    else:
        tell(result=result)


def _end_with_input() -> None:
    # Not sys.stdin, whose lock a waiting thread would hold when the interpreter ends.
    os.read(0, 1)
    os._exit(1)

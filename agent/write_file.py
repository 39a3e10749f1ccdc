"""A file written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from agent.errors import AgentError


def write_file(file: Path, content: bytes, before: bytes | None) -> None:
    """Put content in the place of what a file held before, None where there was no file.

    Raises AgentError when it holds something else by now, or cannot be written; then it is as it was.
    """
    # Where it is a link, what it leads to is written.
    place = file.resolve()
    try:
        made, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")
        scratch = Path(name)
        try:
            with os.fdopen(made, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            # As a file that is opened for the first time, or as it was.
            scratch.chmod(place.stat().st_mode & 0o7777 if before is not None else 0o666 & ~_umask())
            if (place.read_bytes() if place.exists() else None) != before:
                raise AgentError(f"{file} was changed by another meanwhile", "look at it, and try again")
            scratch.replace(place)
        except BaseException:
            with suppress(OSError):
                scratch.unlink()
            raise
    except OSError as error:
        raise AgentError(f"{file} cannot be written: {error.strerror}", "see who may write there") from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask

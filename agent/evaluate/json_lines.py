"""Records written to a file line by line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.dialects.files import shown
from agent.errors import UsageError

Write = Callable[[dict[str, Any]], None]


@contextmanager
def json_lines(path: Path, option: str) -> Iterator[Write]:
    """A function that writes a record to the file that an option names, as a line of JSON.

    Each line is handed to the system at once, so that an interruption loses none. Raises UsageError when the file
    cannot be written.
    """
    try:
        # Half a letter, which UTF-8 has none of, is written as JSON escapes it.
        file = path.open("w", encoding="utf-8", errors="backslashreplace", buffering=1, newline="\n")
    except OSError as error:
        raise _cannot_write(path, option, error) from error

    def write(record: dict[str, Any]) -> None:
        try:
            file.write(f"{json.dumps(record, ensure_ascii=False)}\n")
        except OSError as error:
            raise _cannot_write(path, option, error) from error

    with file:
        yield write


def _cannot_write(path: Path, option: str, error: OSError) -> UsageError:
    return UsageError(f"cannot write {shown(path)}: {error.strerror}", f"name another file with {option}")

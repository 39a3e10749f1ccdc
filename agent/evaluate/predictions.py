"""What was drafted for each question, written line by line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.dialects.files import shown
from agent.errors import UsageError
from agent.evaluate.outcome import Outcome


@contextmanager
def predictions(path: Path | None) -> Iterator[Callable[[Outcome], None]]:
    """A function that writes an outcome to a file as a line with id, db, question, sql and confidence.

    The sql of a question without a draft is null. Each line is handed to the system at once, so that an interruption
    loses none. Without a path nothing is written. Raises UsageError when the file cannot be written.
    """
    if path is None:
        yield lambda outcome: None
        return
    try:
        # Half a letter, which UTF-8 has none of, is written as JSON escapes it.
        file = path.open("w", encoding="utf-8", errors="backslashreplace", buffering=1, newline="\n")
    except OSError as error:
        raise _cannot_write(path, error) from error

    def write(outcome: Outcome) -> None:
        try:
            file.write(_line(outcome))
        except OSError as error:
            raise _cannot_write(path, error) from error

    with file:
        yield write


def _cannot_write(path: Path, error: OSError) -> UsageError:
    return UsageError(f"cannot write {shown(path)}: {error.strerror}", "name another file with --predictions")


def _line(outcome: Outcome) -> str:
    question = outcome.question
    record = {
        "id": question.id,
        "db": question.db,
        "question": question.text,
        "sql": outcome.sql,
        "confidence": outcome.confidence if outcome.sql else None,
    }
    return f"{json.dumps(record, ensure_ascii=False)}\n"

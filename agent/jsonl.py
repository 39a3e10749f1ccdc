"""Files with a JSON object on each line, where a line that cannot be used is told by its number."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from agent.dialects.files import shown
from agent.errors import UsageError

T = TypeVar("T")


def read_jsonl(
    path: Path, read: Callable[[dict[str, Any]], T], described: str = "docs/benchmarks.md"
) -> tuple[list[T], list[str]]:
    """What `read` makes of each line, and a fault in words for each that it refuses with ValueError.

    Empty lines count for nothing. `described` is where the format is told. Raises UsageError when the file cannot be
    read or no line of it can be used.
    """
    found: list[T] = []
    faults: list[str] = []
    try:
        # Not splitlines, which also splits at letters that JSON may hold as they are.
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise UsageError(f"cannot read {shown(path)}: {error.strerror}", "name a file of JSON lines") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(read(_object(line)))
        except (ValueError, RecursionError) as error:
            faults.append(f"{shown(path)}, line {number}: {error}")
    if not found:
        reason = faults[0] if faults else f"{shown(path)} is empty"
        raise UsageError(reason, f"every line is a JSON object; {described} says what it holds")
    return found, faults


def text_of(record: dict[str, Any], key: str) -> str:
    """The text under a key, also where it is a number; ValueError where it is missing or something else."""
    value = record.get(key)
    if value is None:
        raise ValueError(f"{key} is missing")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{key} is not text")
    if not str(value).strip():
        raise ValueError(f"{key} is empty")
    return str(value)


def list_of(record: dict[str, Any], key: str) -> list[Any]:
    """The list under a key, empty where there is none; ValueError where it is something else."""
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"{key} is not a list")
    return value


def _object(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {error.msg} at character {error.pos + 1}") from None
    if not isinstance(record, dict):
        raise ValueError("it is not a JSON object")
    return record

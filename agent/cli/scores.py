"""What both evaluations print: one JSON object, or lines; and what they left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from agent.cli import render
from agent.cli.visible import visible, visible_lines

VERSION = 1
SHOWN = 5
"""Lines of a kind that are shown at most."""


def faults(lines: Sequence[str]) -> None:
    """Say on stderr which lines of a file were left out."""
    for line in lines[:SHOWN]:
        render.note(f"left out: {visible(line)}")
    if len(lines) > SHOWN:
        render.note(f"{len(lines) - SHOWN:,} more lines are left out.")


def interrupted(done: int, total: int) -> None:
    """Say on stderr that the figures are those of a part."""
    render.note(f"interrupted: these are the figures of {done:,} of {total:,} questions")


def print_json(record: dict[str, Any]) -> None:
    """Print one JSON object with the version of its form."""
    print(json.dumps({"version": VERSION, **record}, ensure_ascii=False))  # noqa: T201


def say(text: str) -> None:
    """Print a line, or some."""
    print(visible_lines(text))  # noqa: T201

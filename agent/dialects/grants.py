"""The statements by which an owner makes a role that can only read, from a file with places to be filled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from agent.records import Row

PLACE = re.compile(r"\{(\w+)\}")


def fill(file: Path, found: list[Row]) -> tuple[str, ...]:
    """The lines of a file; a line with a place in it is there once for each text that was found for the place.

    `found` are pairs of a place and a text. A comment that no statement follows is left out.
    """
    texts: dict[str, list[str]] = {}
    for place, text in found:
        texts.setdefault(place, []).append(text)
    return tuple(_lines(file.read_text(encoding="utf-8").splitlines(), texts))


def _lines(lines: list[str], texts: dict[str, list[str]]) -> Iterator[str]:
    comment: list[str] = []
    for line in lines:
        if line.startswith("--"):
            comment = [line]
            continue
        place = PLACE.search(line)
        statements = [line.replace(place[0], text) for text in texts.get(place[1], [])] if place else [line]
        if statements:
            yield from comment + statements
            comment = []

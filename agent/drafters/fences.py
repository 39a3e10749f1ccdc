"""The fenced texts of a reply in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.drafters.quoted import is_open

_FENCE = re.compile(r"\s*```+\s*([\w+-]*)(.*)")
# A string may hold a line that looks like the end; so many such lines are looked at.
_ENDS = 8


@dataclass(frozen=True, slots=True)
class Fenced:
    """A fenced text, the mark of its fence in lower case, and whether the fence was closed."""

    text: str
    mark: str
    closed: bool = True


def fences(reply: str) -> Iterator[Fenced]:
    """The fenced texts, first to last; a line within a string of SQL ends none, if a line after the string does."""
    # Not splitlines, which would break strings at signs that are no line breaks in SQL.
    lines, at = reply.split("\n"), 0
    while at < len(lines):
        opening = _FENCE.fullmatch(lines[at])
        at += 1
        if not opening:
            continue
        mark, rest = opening[1].lower(), opening[2]
        if mark in {"select", "with"}:
            mark, rest = "", opening[1] + rest
        if rest.rstrip().endswith("```"):
            yield Fenced(rest.rstrip().rstrip("`").strip(), mark)
            continue
        end = _end(rest, lines, at)
        if end is None:
            yield Fenced("\n".join([rest, *lines[at:]]).strip(), mark, closed=False)
            return
        yield Fenced("\n".join([rest, *lines[at:end], _before_fence(lines[end])]).strip(), mark)
        closing = _FENCE.fullmatch(lines[end])
        # A fence with a mark ends one text and begins another.
        at = end if closing and closing[1] else end + 1


def _end(rest: str, lines: Sequence[str], start: int) -> int | None:
    """The number of the line that closes a fence whose text begins with `rest` and goes on at `start`."""
    ends = []
    for number in range(start, len(lines)):
        if _FENCE.fullmatch(lines[number]) or lines[number].rstrip().endswith("```"):
            if not is_open("\n".join([rest, *lines[start:number], _before_fence(lines[number])])):
                return number
            ends.append(number)
            if len(ends) == _ENDS:
                break
    return ends[0] if ends else None


def _before_fence(line: str) -> str:
    """What a line that closes a fence holds before it."""
    return "" if _FENCE.fullmatch(line) else line.rstrip().rstrip("`")

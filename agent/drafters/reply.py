"""What is in a model's reply: the SQL, or why it cannot be written, apart from thoughts and prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_THOUGHTS = re.compile(r"\s*<(think|thinking|thought|reasoning)>")
_END_OF_THOUGHTS = re.compile(r"</(?:think|thinking|thought|reasoning)>")
# A statement at the start of a line, perhaps as the point of a list, after "SQL:" or between backquotes.
_BEGIN = r"\(*\s*(?:SELECT\b|WITH\s+(?:RECURSIVE\s+)?[\w\"`\[\]]+\s*(?:\(|AS\b))"
_START = re.compile(
    rf"^[ \t]*(?:\d+[.)][ \t]+|[-*][ \t]+)?(?:[\w ]{{0,20}}:[ \t]*)?(?P<tick>`?)(?P<sql>{_BEGIN})",
    re.IGNORECASE | re.MULTILINE,
)
_LAST_FENCE = re.compile(r"\s*```+\s*$")
_DECLINED = re.compile(r"^\W*CANNOT ANSWER\b\W*(.*)", re.MULTILINE)
_FENCE = re.compile(r"\s*```+\s*([\w+-]*)(.*)")
# Where a semicolon ends nothing: strings, quoted names and comments.
_QUOTED = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]\n]*\]|--[^\n]*|/\*.*?\*/"
_STATEMENT = re.compile(rf"(?:{_QUOTED}|[^;])*", re.DOTALL)


def spoken(reply: str) -> str:
    """The reply without the thoughts that come before it, also where they are cut or their start is missing."""
    opened = _THOUGHTS.match(reply)
    closed = _END_OF_THOUGHTS.search(reply)
    if opened:
        return reply[closed.end() :].strip() if closed else ""
    if closed and "```" not in reply[: closed.start()] and not _START.search(reply[: closed.start()]):
        return reply[closed.end() :].strip()
    return reply.strip()


def sql_in(reply: str) -> str | None:
    """The last fence that is marked as SQL, else the last without a mark, else the text from SELECT or WITH to its end.

    None where there is none of them. The text of the statement is left as it is.
    """
    blocks = [block for block in _blocks(reply) if block.text]
    for fits in (lambda block: "sql" in block.mark, lambda block: not block.mark or _START.match(block.text)):
        if found := [block.text for block in blocks if fits(block)]:
            return found[-1]
    start = _START.search(reply)
    if start is None:
        return None
    end = reply.find("`", start.end()) if start["tick"] else len(reply)
    statement = _STATEMENT.match(reply, start.start("sql"), end if end >= 0 else len(reply))
    return _LAST_FENCE.sub("", statement[0]).strip() if statement else None


def closed_part(reply: str) -> str:
    """A reply that was cut, up to the last fence that was closed before; empty where there is none."""
    ends = [block.end for block in _blocks(reply) if block.closed]
    return "\n".join(reply.split("\n")[: ends[-1]]) if ends else ""


def decline_in(reply: str) -> str | None:
    """The reason of a reply that says that it cannot answer; None where it does not, or has SQL before that."""
    match = _DECLINED.search(reply)
    if match is None or sql_in(reply[: match.start()]):
        return None
    return match[1].strip(" \t*_`")


@dataclass(frozen=True, slots=True)
class _Block:
    """A fenced text, the mark of its fence in lower case, and the number of lines of the reply up to its end."""

    text: str
    mark: str
    end: int
    closed: bool = True


def _blocks(reply: str) -> Iterator[_Block]:
    mark: str | None = None
    lines: list[str] = []
    # Not splitlines, which would break strings at signs that are no line breaks in SQL.
    for number, line in enumerate(reply.split("\n"), start=1):
        fence = _FENCE.fullmatch(line)
        if mark is not None and (fence or line.rstrip().endswith("```")):
            if not fence:
                lines.append(line.rstrip().rstrip("`"))
            yield _Block("\n".join(lines).strip(), mark, number)
            mark = None
            if not (fence and fence[1]):
                continue
        if mark is not None:
            lines.append(line)
        elif fence:
            mark, rest = fence[1].lower(), fence[2]
            if mark in {"select", "with"}:
                mark, rest = "", fence[1] + rest
            lines = [rest]
            if rest.rstrip().endswith("```"):
                yield _Block(rest.strip().rstrip("`").strip(), mark, number)
                mark = None
    if mark is not None:
        yield _Block("\n".join(lines).strip(), mark, reply.count("\n") + 1, closed=False)

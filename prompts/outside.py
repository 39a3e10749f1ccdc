"""Text from outside (a database, a user, an earlier reply) as data that cannot leave its place in a prompt."""

from __future__ import annotations

import re

MAX_VALUE = 80

# What opens a tag or a special token of a chat format (</schema>, <|im_end|>, [INST]): Ollama reads such tokens
# wherever they stand in a message.
_OPENING = re.compile(
    r"<(?=[^\s\d<>='\"])"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|CALL_ID|ARGS|THINK|gMASK)\])"
)
_SIMILAR = {"<": "‹", "[": "⟦"}
# Means the same in SQL, and opens nothing either.
_APART = {"<": "< ", "[": "⟦"}
_FENCE = re.compile(r"`{3,}|~{3,}")
_BLANK = re.compile(r"[^\S\n]+")


def outside_line(text: str, limit: int = MAX_VALUE) -> str:
    """The text in one line of at most `limit` characters, without fences, tags and special tokens."""
    line = " ".join(_harmless(text[: 4 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def outside_block(text: str, limit: int) -> str:
    """The text with its line breaks and, as it may be SQL, its comparisons; else as `outside_line`."""
    block = _BLANK.sub(" ", _harmless(text[:limit], _APART)).strip()
    return block if len(text) <= limit else block + "…"


def _harmless(text: str, instead: dict[str, str] = _SIMILAR) -> str:
    printable = "".join(char if char.isprintable() or char == "\n" else " " for char in text)
    return _FENCE.sub("'''", _OPENING.sub(lambda match: instead[match[0]], printable))

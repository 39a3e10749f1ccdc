"""The marks by which a template tells its parts apart, which nothing that fills it may imitate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

# Tags and tokens (<schema>, <|im_start|>), names in brackets ([QUESTION], 【Schema】), and headings (### Task).
_IN_BRACKETS = re.compile(r"</?\|?[\w|]+>|\[/?[A-Z_]+\]|【[^】\n]*】")
_HEADING = re.compile(r"^#+[ \t]*(\w[\w ]*\w)", re.MULTILINE)
# A label with a line of its own, such as "Database Schema:".
_LABEL = re.compile(r"^([A-Z][^\n:{}]{2,80}):[ \t]*$", re.MULTILINE)
_SIMILAR = {"<": "‹", "[": "⟦", "【": "〖"}

KEYS = "【Foreign keys】"
"""In M-Schema the heading of the lines that stand after all tables."""
OF_SCHEMAS = f"# Table:\n{KEYS}\n【Schema】"
"""The marks within a schema, whatever the template."""


def marks_of(texts: Iterable[str]) -> Callable[[str], str]:
    """A function that changes every mark of these texts, in a text from outside, into what only looks like one."""
    whole = "\n".join(texts)
    brackets = sorted({match[0] for match in _IN_BRACKETS.finditer(whole)})
    headings = sorted({match[1] for match in _HEADING.finditer(whole)}, key=len, reverse=True)
    labels = sorted({match[1] for match in _LABEL.finditer(whole)})
    rules: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = []
    if brackets:
        # In small letters [question] is a column of SQL Server.
        rules.append(
            (re.compile("|".join(map(_bracket, brackets))), lambda match: _SIMILAR[match[0][0]] + match[0][1:])
        )
    if headings:
        begin = re.compile(rf"#+(?=[ \t]*{_any(headings).pattern})", re.IGNORECASE)
        rules.append((begin, lambda match: "＃" * len(match[0])))
    if labels:
        alone = re.compile(rf"^([ \t]*{_any(labels).pattern}[ \t]*):[ \t]*$", re.IGNORECASE | re.MULTILINE)
        rules.append((alone, lambda match: f"{match[1]} -"))

    def without_marks(text: str) -> str:
        for pattern, instead in rules:
            text = pattern.sub(instead, text)
        return text

    return without_marks


def _bracket(mark: str) -> str:
    return re.escape(mark) if mark[0] == "[" else f"(?i:{re.escape(mark)})"


def _any(texts: Iterable[str]) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(map(re.escape, texts)) + ")")

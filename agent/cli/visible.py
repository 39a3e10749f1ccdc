"""Text from a database, a file or an engine, made safe to print: stored text must not steer the terminal."""

from __future__ import annotations

_SIGNS = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
_SIGNS_BUT_LINE_BREAKS = {code: sign for code, sign in _SIGNS.items() if code != ord("\n")}


def visible(text: str) -> str:
    """A text on one line, in which control characters are shown as signs (␛, ␊)."""
    return text.translate(_SIGNS)


def visible_lines(text: str) -> str:
    """A text of several lines, in which all other control characters are shown as signs."""
    return text.translate(_SIGNS_BUT_LINE_BREAKS)

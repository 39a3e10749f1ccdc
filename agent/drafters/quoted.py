"""Where in SQL nothing means what it says: strings, quoted names and comments."""

from __future__ import annotations

import re

QUOTED = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]\n]*\]|--[^\n]*|/\*.*?\*/"
"""A pattern, for re.DOTALL, of each of them as a whole."""

_QUOTED = re.compile(QUOTED, re.DOTALL)
_OPENING = re.compile(r"['\"`]|/\*")


def is_open(text: str) -> bool:
    """Whether SQL breaks off within a string, a quoted name or a comment."""
    return _OPENING.search(_QUOTED.sub("", text)) is not None

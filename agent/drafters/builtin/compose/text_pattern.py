"""Looking for a text within a column, whatever its case."""

from __future__ import annotations

from sqlglot import exp

# Engines in which LIKE takes letters of either case for the same.
_EITHER_CASE = frozenset({"sqlite", "mysql"})
_PATTERNS = {"contains": "%{}%", "starts": "{}%", "ends": "%{}"}
TEXT_OPERATORS = frozenset(_PATTERNS)
"""The operators of a `Condition` that look for a text."""

# Taken as it is in the strings of every engine, which a backslash is not.
_ESCAPE = "!"


def text_pattern(term: exp.Expr, operator: str, text: str, dialect: str) -> exp.Expr:
    """`term LIKE pattern`, where the characters of the text stand for themselves alone."""
    has_special = any(letter in text for letter in "%_\\")
    if has_special:
        text = "".join(_ESCAPE + letter if letter in f"%_{_ESCAPE}" else letter for letter in text)
    like = exp.Like if dialect in _EITHER_CASE else exp.ILike
    found = like(this=term, expression=exp.Literal.string(_PATTERNS[operator].format(text)))
    return exp.Escape(this=found, expression=exp.Literal.string(_ESCAPE)) if has_special else found

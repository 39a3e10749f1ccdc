"""What is refused by its characters alone, before a parser sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.records import Finding
from agent.validators.grammar import Grammar
from agent.validators.source import Source

# Far above what a question needs, far below what makes a parser slow.
MAX_CHARACTERS = 20_000
MAX_LAID_OUT = 100_000
# The parser in plain Python fails near 60 nested parentheses.
MAX_NESTING = 32

_BLANKS = re.compile(r"\s+")

# Controls other than tab and line ends, a carriage return alone, halves of surrogate pairs, the byte-order mark,
# and the characters that turn the direction in which a text is shown.
_NEVER = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
    r"|\r(?!\n)"
)


def lexical(source: Source) -> Iterator[Finding]:
    """Refuse hidden characters, comments that engines read differently, and texts too long or too deep to parse."""
    text = source.text
    # What is laid out anew has more blanks than the text that was drafted.
    if len(text) > MAX_LAID_OUT or len(_BLANKS.sub(" ", text)) > MAX_CHARACTERS:
        yield _finding(f"the SQL is longer than {MAX_CHARACTERS:,} characters", "ask for less at once")
        return
    if hidden := _NEVER.search(text):
        yield _hidden(hidden.group())
    blank, depth, deepest = "", 0, 0
    faults: dict[Finding, None] = {}
    for piece in _pieces(source.grammar).finditer(text):
        match piece.lastgroup:
            case "open":
                depth += 1
                deepest = max(deepest, depth)
            case "close":
                depth = max(0, depth - 1)
            case "comment":
                faults |= dict.fromkeys(_comment(piece.group()))
            case "blank":
                blank = blank or piece.group()
    if blank:
        yield _hidden(blank)
    yield from faults
    if deepest > MAX_NESTING:
        yield _finding(f"parentheses and CASE are nested more than {MAX_NESTING} deep", "use WITH to name the parts")


def _pieces(grammar: Grammar) -> re.Pattern[str]:
    """What the text is made of, as far as it matters here.

    Quotations and comments are matched whole, so that what stands in them counts as neither code nor nesting.
    A blank that engines and parsers read differently may stand in a quotation: a stored value can hold it.
    """
    return re.compile(
        rf"""
          (?P<quotation> {grammar.quotations} )
        | (?P<comment> {grammar.comments} | /\*.*?(?:\*/|\Z) )
        | (?P<open> [(\[{{] | \bCASE\b )
        | (?P<close> [)\]}}] | \bEND\b )
        | (?P<blank> [\xa0\xad\u1680\u180e\u2000-\u200d\u2028\u2029\u202f\u205f-\u2064\u3000] )
        """,
        re.VERBOSE | re.DOTALL | re.IGNORECASE,
    )


def _comment(text: str) -> Iterator[Finding]:
    if text.startswith(("/*!", "/*+", "/*M!")):
        yield _finding("a comment that starts with /*! or /*+ gives orders to some engines", "leave the comment out")
    elif text.startswith("/*") and "/*" in text[2:]:
        yield _finding("a comment stands within a comment", "leave the comments out")


def _hidden(character: str) -> Finding:
    return _finding(f"the SQL contains the hidden character U+{ord(character):04X}", "use plain spaces and line ends")


def _finding(message: str, hint: str) -> Finding:
    return Finding("lexical", message, hint)

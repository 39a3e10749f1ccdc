"""SQL that stands in a reply without a fence."""

from __future__ import annotations

import re

from agent.drafters.quoted import QUOTED

# With a bound on the blanks: a model that writes empty lines without end must not be read for minutes.
_BEGIN = r"\(*\s{0,80}(?:SELECT\b|WITH\s+(?:RECURSIVE\s+)?[\w\"`\[\]]+\s*(?:\(|AS\b))"
# A statement at the start of a line, perhaps as the point of a list, after "SQL:" or between backquotes.
_START = re.compile(
    rf"^[ \t]*(?:\d+[.)][ \t]+|[-*][ \t]+)?(?:[\w ]{{0,20}}:[ \t]*)?(?P<tick>`?)(?P<sql>{_BEGIN})",
    re.IGNORECASE | re.MULTILINE,
)
_FIRST = re.compile(_BEGIN, re.IGNORECASE)
_FROM_FIRST = re.compile(r"\s*FROM\s+[\w\"(']", re.IGNORECASE)
_COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*|/\*.*?\*/)+", re.DOTALL)
# What ends a statement outside of strings: a semicolon, a fence, or a mark of the model's format.
_PIECE = re.compile(
    rf"""
      (?P<end> ; | ^[ \t]*```+ | ```+\s*\Z | \[/\w+\] | </\w+> | <\|\w+\|> | </s> )
    | (?P<quoted> {QUOTED} )
    | (?P<open> \( ) | (?P<close> \) )
    | (?P<line> \n\s* )
    | (?P<word> \w+ )
    | .
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_CLAUSE = re.compile(
    "CROSS|EXCEPT|FETCH|FROM|FULL|GROUP|HAVING|INNER|INTERSECT|JOIN|LEFT|LIMIT|NATURAL|OFFSET|ORDER|OUTER|QUALIFY|"
    "RIGHT|UNION|VALUES|WHERE|WINDOW",
    re.IGNORECASE,
)
# Words of English too, which begin a sentence with one capital letter.
_WORD = re.compile(
    "ALL|AND|AS|BETWEEN|BY|CASE|DISTINCT|ELSE|FOR|IN|IS|LATERAL|LIKE|NOT|NULLS|ON|OR|OVER|SELECT|THEN|USING|WHEN|WITH",
    re.IGNORECASE,
)
_LAST_WORD = re.compile("ASC|DESC|END", re.IGNORECASE)
_SENTENCE = re.compile(r"[A-Z][\w']*,?(?: [\w']+,?){2,}")
_MARKDOWN = re.compile(r"(?:\*\*|#+ |> |[-*] |\d+[.)] )\w")


def has_sql(text: str) -> bool:
    """Whether a statement begins at one of the lines."""
    return _START.search(text) is not None


def begins_with_sql(text: str) -> bool:
    """Whether a statement is the first in a text, but for comments."""
    return _FIRST.match(_COMMENTS.sub("", text)) is not None


def whole_sql(text: str) -> tuple[str, bool] | None:
    """The statement that a text begins with, as `bare_sql` gives it; FROM may come first, as DuckDB has it."""
    if not begins_with_sql(text) and not _FROM_FIRST.match(text):
        return None
    end = _end(text, 0)
    return text[:end].strip(), end < len(text)


def bare_sql(text: str) -> tuple[str, bool] | None:
    """The first statement in a text, as it is written but for what follows it, and whether something ends it.

    Prose may follow: it is known by the line or paragraph that it begins, where the statement could be over. None
    where there is no statement.
    """
    starts = list(_START.finditer(text))
    if not starts:
        return None
    # "Select the customers who …" begins a sentence.
    start = next((each for each in starts if not each["sql"].lstrip("( \t\n").startswith("Select")), starts[0])
    begin, limit = start.start("sql"), len(text)
    if start["tick"]:
        closing = text.find("`", start.end())
        limit = closing if closing >= 0 else limit
    end = _end(text[:limit], begin)
    return text[begin:end].strip(), end < len(text)


def _end(text: str, begin: int) -> int:
    depth, before = 0, "("
    for piece in _PIECE.finditer(text, begin):
        match piece.lastgroup:
            case "end":
                return piece.start()
            case "open":
                depth += 1
            case "close":
                depth -= 1
            case "line":
                if depth <= 0 and not _goes_on(before) and _is_prose(text, piece.end(), piece[0].count("\n") > 1):
                    return piece.start()
                continue
        if not piece[0].isspace() and not piece[0].startswith(("--", "/*")):
            before = piece[0]
    return len(text)


def _goes_on(before: str) -> bool:
    """Whether a statement cannot be over after a word or sign."""
    return bool(_CLAUSE.fullmatch(before) or _WORD.fullmatch(before)) or before in set(",.(+-*/%=<>|&")


def _is_prose(text: str, at: int, is_paragraph: bool) -> bool:
    """Whether what begins at a place is told of the statement, and no part of it."""
    line = text[at:].partition("\n")[0]
    word = re.match(r"\w+", line)
    if word is None:
        return is_paragraph and _MARKDOWN.match(line) is not None
    is_word = _WORD.fullmatch(word[0]) or _LAST_WORD.fullmatch(word[0])
    if _CLAUSE.fullmatch(word[0]) or (is_word and not word[0].istitle()):
        return False
    return is_paragraph or (not is_word and _SENTENCE.match(line) is not None)

"""The words of a question as the calendar reads them."""

from __future__ import annotations

from collections.abc import Sequence

from agent.drafters.builtin.question.tokens import Token

# What ends a time, and how many words one has.
_CLOSING = frozenset(":;()")
_LONGEST_TIME = 12


def dated_from(start: int, tokens: Sequence[Token], text: str) -> list[str]:
    """What may belong to a time that begins at a token: a colon or bracket closes it."""
    return [_dated(token) for token in tokens[start : _closed(start, tokens, text)]]


def _closed(start: int, tokens: Sequence[Token], text: str) -> int:
    for place in range(start + 1, min(start + _LONGEST_TIME, len(tokens))):
        if _CLOSING.intersection(text[tokens[place - 1].end : tokens[place].start]):
            return place
    return min(start + _LONGEST_TIME, len(tokens))


def _dated(token: Token) -> str:
    """A token as the calendar reads it."""
    if isinstance(token.value, int):
        return str(token.value)
    if token.text[:1].isdigit():
        return str(token.ordinal) if token.ordinal else token.stem
    return token.text.casefold()

"""The word "one" where it counts nothing: "a finished project as well as an active one"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.drafters.builtin.question.tokens import Token, stem

_ONE, _PRONOUN = "one", "ones"
_ARTICLES = frozenset({"a", "an", "the", "this", "that", "another", "any", "every", "which", "without"})
# What may stand behind it; else it counts what follows.
_BEHIND = frozenset({",", "and", "or", "but", "that", "which", "who", "with", "in", "from", "by", "is", "are", "was"})
# So many words may stand between it and its article.
_FAR = 2


def pronouns(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens with such words as plain ones."""
    return tuple(
        replace(token, text=_PRONOUN, stem=stem(_PRONOUN), value=None) if _is_pronoun(tokens, place) else token
        for place, token in enumerate(tokens)
    )


def _is_pronoun(tokens: Sequence[Token], place: int) -> bool:
    if tokens[place].text.casefold() != _ONE:
        return False
    behind = tokens[place + 1].text.casefold() if place + 1 < len(tokens) else ","
    before = {token.text.casefold() for token in tokens[max(place - _FAR, 0) : place]}
    return behind in _BEHIND and not _ARTICLES.isdisjoint(before)

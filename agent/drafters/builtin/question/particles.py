"""Verbs with a particle behind their object: "sent something back" is read as "sent back"."""

from __future__ import annotations

from collections.abc import Sequence

from agent.drafters.builtin.question.tokens import Token

_VERBS = frozenset(
    {"send", "sends", "sent", "sending", "give", "gives", "gave", "given", "bring", "brought", "take", "took", "taken"}
)
_OBJECTS = frozenset({"something", "anything", "things", "it", "them", "stuff", "one", "any", "items", "goods"})
_PARTICLES = frozenset({"back"})


def particles(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens without an object that says nothing, between such a verb and its particle."""
    words = [token.text.casefold() for token in tokens]
    return tuple(
        token
        for place, token in enumerate(tokens)
        if not (
            0 < place < len(tokens) - 1
            and words[place] in _OBJECTS
            and words[place - 1] in _VERBS
            and words[place + 1] in _PARTICLES
        )
    )

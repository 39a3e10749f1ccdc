"""Weekdays that come round again: "on a saturday" is any of them, and is read as "on saturdays"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.drafters.builtin.question.tokens import Token, stem

_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekday", "weekend"})
_ANY = frozenset({"a", "any", "every", "each"})


def recurring_days(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens with such weekdays in the plural, without what stands before them."""
    found: list[Token] = []
    for token in tokens:
        day = token.text.casefold()
        if day in _DAYS and found and found[-1].text.casefold() in _ANY:
            start = found.pop().start
            token = replace(token, text=f"{day}s", stem=stem(f"{day}s"), start=start)
        found.append(token)
    return tuple(found)

"""Lines that are kept while they fit."""

from __future__ import annotations

from collections.abc import Iterable

from agent.prompts.tokens import estimate_tokens


def within(texts: Iterable[str], budget: int) -> list[str]:
    """The first of the texts, each whole, up to the one that `budget` tokens no longer hold; a token ends each."""
    kept: list[str] = []
    for text in texts:
        budget -= estimate_tokens(text) + 1
        if budget < 0:
            break
        kept.append(text)
    return kept

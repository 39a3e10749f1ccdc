"""The part of a stored value that a question says."""

from __future__ import annotations

from agent.schema_index.phrases import phrase_key, words_of


def said_part(phrase: str, value: str) -> str:
    """The words of a longer value that are those of a phrase, as they are stored; nothing where it has none."""
    said, stored = words_of(phrase), words_of(value)
    for start in range(len(stored) - len(said) + 1):
        end = start + len(said)
        if len(said) < len(stored) and phrase_key(stored[start:end]) == phrase_key(said):
            return value[stored[start].start : stored[end - 1].end]
    return ""

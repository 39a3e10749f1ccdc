"""Words written together, taken apart."""

from __future__ import annotations

from functools import cache

from agent.schema_index.words import singular, word_list

# Shorter ones are words or abbreviations of their own more often than words written together.
SHORTEST = 7
# A part of a name is at least so long, but for these.
LEAST = 3
_SHORT = frozenset({"at", "by", "id", "in", "is", "no", "of", "on", "to"})


@cache
def segment(word: str) -> tuple[str, ...]:
    """The words of a lower-case one like `customername`; itself where it is one word, or none that is known.

    Of all ways to take it apart into common English words, the one of the fewest is taken, and of these the one whose
    shortest word is the longest.
    """
    if len(word) < SHORTEST or not word.isascii() or _is_known(word):
        return (word,)
    # For each length the best way to take that much of the word apart.
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        ways = [
            (*before, word[start:end])
            for start in range(end)
            if (before := best[start]) is not None and _is_part(word[start:end])
        ]
        best[end] = min(ways, key=lambda way: (len(way), -min(map(len, way))), default=None)
    return best[-1] or (word,)


def _is_part(text: str) -> bool:
    return text in _SHORT or (len(text) >= LEAST and _is_known(text))


def _is_known(word: str) -> bool:
    known = word_list("common_words.txt")
    return word in known or singular(word) in known

"""Documents that are longer than an encoder reads, in texts that it reads whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.schema_index.describe import Document, with_parts

Count = Callable[[Sequence[str]], list[int]]
"""The number of tokens of each of some texts."""


def split(document: Document, count: Count, limit: int) -> list[str]:
    """The document as one text, or as several of at most `limit` tokens that each begin with its head.

    A head that takes more than half of the limit is itself cut into texts of its own, and the parts follow its
    beginning; a part too long for one text is cut between words. Nothing is left out.
    """
    if count([document.text])[0] <= limit:
        return [document.text]
    head, texts = document.head, []
    if count([with_parts(head, ())])[0] > limit // 2:
        pieces = _pieces(head, count, limit // 2)
        head, texts = pieces[0], [with_parts(piece, ()) for piece in pieces]
    room = limit - count([with_parts(head, ())])[0]
    parts = [piece for part in document.parts for piece in _pieces(part, count, room)]
    while parts:
        taken = _most(parts, lambda some: count([with_parts(head, some)])[0] <= limit)
        texts.append(with_parts(head, parts[:taken]))
        parts = parts[taken:]
    return texts


def _pieces(text: str, count: Count, limit: int) -> list[str]:
    """The text in pieces of at most `limit` tokens, cut between words; a single longer word is cut inside."""
    pieces, words = [], text.split()
    while words:
        # A word has a token at least.
        taken = _most(words[:limit], lambda some: count([" ".join(some)])[0] <= limit)
        pieces += _halved(words[0], count, limit) if taken == 1 else [" ".join(words[:taken])]
        words = words[taken:]
    return pieces or [text]


def _halved(word: str, count: Count, limit: int) -> list[str]:
    """The word whole where it is short enough, else in halves of halves."""
    middle = len(word) // 2
    # One sign alone cannot be cut any more.
    if not middle or count([word])[0] <= limit:
        return [word]
    return _halved(word[:middle], count, limit) + _halved(word[middle:], count, limit)


def _most(parts: Sequence[str], fits: Callable[[Sequence[str]], bool]) -> int:
    """How many of the first parts fit together, at least one; found by halving."""
    low, high = 1, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(parts[:middle]) else (low, middle - 1)
    return low

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
    if count([text])[0] <= limit:
        return [text]
    words = text.split()
    if len(words) < 2:
        middle = len(text) // 2
        # One sign alone cannot be cut any more.
        return _pieces(text[:middle], count, limit) + _pieces(text[middle:], count, limit) if middle else [text]
    taken = _most(words, lambda some: count([" ".join(some)])[0] <= limit)
    rest = " ".join(words[taken:])
    first = _pieces(" ".join(words[:taken]), count, limit)
    return first + (_pieces(rest, count, limit) if rest else [])


def _most(parts: Sequence[str], fits: Callable[[Sequence[str]], bool]) -> int:
    """How many of the first parts fit together, at least one; found by halving."""
    low, high = 1, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(parts[:middle]) else (low, middle - 1)
    return low

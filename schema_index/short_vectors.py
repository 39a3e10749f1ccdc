"""The vectors of short texts: of names, and of the phrases of questions that are compared with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from agent.schema_index.embed import Encoder, Vectors

# Vectors of 384 numbers then take 15 MB.
MOST = 10_000
# Numbers of half the size: cosines of such vectors are right to three digits.
_PACKED = np.dtype("<f2")


class ShortVectors:
    """The vectors of short texts, each read or encoded once.

    `read` gives, packed, those that an index keeps. Threads may share it: at worst two encode the same text.
    """

    def __init__(self, encoder: Encoder, read: Callable[[Sequence[str]], Mapping[str, bytes]]) -> None:
        self._encoder = encoder
        self._read = read
        self._known: dict[str, Vectors] = {}

    def of(self, texts: Sequence[str]) -> Vectors:
        """One vector a text, [n, dimension], of length 1."""
        known = self._known
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            if len(known) + len(missing) > MOST:
                known = {text: known[text] for text in texts if text in known}
            known.update((text, _unpacked(vector)) for text, vector in self._read(missing).items())
            if new := [text for text in missing if text not in known]:
                known.update(zip(new, _encoded(new, self._encoder), strict=True))
            self._known = known
        return np.stack([known[text] for text in texts])


def pack_vectors(texts: Sequence[str], encoder: Encoder) -> list[bytes]:
    """The vectors of texts as an index keeps them."""
    return [vector.tobytes() for vector in _encoded(texts, encoder).astype(_PACKED)]


def _unpacked(vector: bytes) -> Vectors:
    return np.frombuffer(vector, dtype=_PACKED).astype(np.float32)


def _encoded(texts: Sequence[str], encoder: Encoder) -> Vectors:
    """The vectors of texts, [n, dimension]; phrase and name are alike, so both are encoded as documents."""
    vectors = encoder.encode(texts)
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit

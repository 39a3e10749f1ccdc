"""How many tokens a text takes, before any model has read it."""

from __future__ import annotations

import re

# Tokenizers keep common words of English whole, but cut abbreviations and other languages in pieces of about three
# letters, and many take each digit for itself. Letters of other scripts are counted one by one.
_PIECE = re.compile(r"[A-Za-z]{1,3}|\n+|[^\sA-Za-z]")


def estimate_tokens(text: str) -> int:
    """A number of tokens that the text hardly exceeds with any tokenizer."""
    return sum(1 for _ in _PIECE.finditer(text))

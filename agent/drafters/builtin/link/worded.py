"""How a question is worded, whatever its words mean in the schema."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.question.tokens import Token, stem

_ENDS = frozenset(".?!:;")
# The ending of a possessive.
_OWN = re.compile(r"['’]s?")
# Classes of plain words that may be near to a name.
_MAY_NAME = frozenset({"about", "value", "time", "list"})


class Worded:
    """The tokens of a question in its text."""

    def __init__(self, tokens: Sequence[Token], text: str, lexicon: Lexicon) -> None:
        self._tokens, self._text, self._lexicon = tokens, text, lexicon

    def asks(self, index: int) -> bool:
        """Whether a word that only asks begins a sentence."""
        before = self._text[: self._tokens[index].start].rstrip()
        begins = not before or before[-1] in _ENDS
        return begins and self._lexicon.word_classes.get(self._tokens[index].text.casefold()) in {"ask", "compute"}

    def inside(self, start: int, end: int) -> tuple[int, int]:
        """The tokens between two places of the text."""
        inside = [
            index
            for index, token in enumerate(self._tokens)
            if (token.start >= start and self._end(token) <= end)
            # The marks of a quotation are of its token.
            or (isinstance(token.value, str) and token.start < start and token.end > end)
        ]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)

    def _end(self, token: Token) -> int:
        """Where a token ends without what only says that something is its own."""
        typed = self._text[token.start : token.end]
        return (
            token.start + len(token.text)
            if typed.startswith(token.text) and _OWN.fullmatch(typed[len(token.text) :])
            else token.end
        )

    def is_light(self, word: str) -> bool:
        """Whether a word adds nothing to what it stands beside."""
        return self.is_plain(word) or stem(word) in self._lexicon.light

    def is_plain(self, word: str) -> bool:
        """Whether a word carries nothing of its own, or only asks."""
        kinds = {part: self._lexicon.word_classes.get(part) for part in word.split()}
        return all(kind not in _MAY_NAME if kind else part in self._lexicon.filler for part, kind in kinds.items())

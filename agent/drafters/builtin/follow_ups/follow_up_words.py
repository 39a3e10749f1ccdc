"""The words by which a text goes on from the question before it: "and", "only", "instead", "as a share"."""

from __future__ import annotations

from dataclasses import dataclass

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.question.tokens import tokens

# They open a text; anywhere else they are words as all others.
_OPENERS = frozenset({"and", "about", "same", "include"})
# What these stand for.
_MEANT = {"include": "also", "instead of": "instead"}
# They say by themselves that a text goes on from another, and not only what to do with it.
_TELLING = frozenset({"about", "same", "only", "instead", "also", "rows", "share", "percent", "reverse"})
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class FollowUpWords:
    """The kinds of such words that a text has, as in `follow_ups` of the lexicon, and the text with blanks for them.

    `text` is as long as the text was, so that every place in it is the same. `them` is the number of other words
    before the first of the kind `them`, 0 where there is none.
    """

    text: str
    kinds: frozenset[str]
    them: int = 0

    @property
    def telling(self) -> bool:
        """Whether the text must go on from another."""
        return bool(self.kinds & _TELLING)


def follow_up_words(text: str, lexicon: Lexicon) -> FollowUpWords:
    """Find the words, the longest phrase first."""
    cut = tokens(text, {}, {})
    words = [token.text.casefold() for token in cut]
    rest, kinds = text, set()
    place, opening, others, them = 0, True, 0, 0
    while place < len(words):
        for size in range(min(_LONGEST, len(words) - place), 0, -1):
            kind = lexicon.follow_ups.get(tuple(words[place : place + size]))
            if kind and (opening or kind not in _OPENERS):
                start, end = cut[place].start, cut[place + size - 1].end
                if kind == "instead of":
                    # What comes behind is what was before.
                    size, end = len(words) - place, len(text)
                rest = rest[:start] + " " * (end - start) + rest[end:]
                them = others if kind == "them" and kind not in kinds else them
                kinds.add(_MEANT.get(kind, kind))
                break
        else:
            size, opening, others = 1, opening and words[place] == ",", others + 1
        place += size
    return FollowUpWords(rest, frozenset(kinds), them)

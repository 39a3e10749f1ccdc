"""The phrases of a question: runs of words that may be a stored value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from agent.schema_index.words import stem_key

# Longer questions are prose, of which the first words are read.
MAX_WORDS = 500
# Words that blanks part, and all words, where every sign of Chinese, Japanese or Korean is one.
MAX_PARTED, MAX_PHRASE = 12, 24

# Writing without blanks (Han, Kana) or with endings set to the word (Hangul).
UNPARTED = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3131-\u318e\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af"
)
_WORD = re.compile(rf"[{UNPARTED}]|[^\W_{UNPARTED}]+")
_UNPARTED = re.compile(rf"[{UNPARTED}]")


class Word(NamedTuple):
    """A word of a question, or one sign of a writing without blanks.

    `key` is its form for comparison, and `glued` says that nothing parts it from the word before.
    """

    start: int
    end: int
    text: str
    key: str
    glued: bool

    @property
    def is_sign(self) -> bool:
        """Whether it is a single sign of a writing without blanks."""
        return is_unparted(self.text)


def words_of(text: str) -> list[Word]:
    """The first words of a text, in their order."""
    words: list[Word] = []
    for match in _WORD.finditer(text):
        if len(words) == MAX_WORDS:
            break
        start, end = match.span()
        key = _word_key(match[0])
        if key:
            words.append(Word(start, end, match[0], key, bool(words) and words[-1].end == start))
    return words


_word_key = lru_cache(maxsize=50_000)(stem_key)


def phrase_key(words: Sequence[Word]) -> str:
    """The words as one text for comparison: what `stem_key` gives of the text that they stand in."""
    return "".join(word.key if word.glued or not at else f" {word.key}" for at, word in enumerate(words))


def phrases(words: Sequence[Word], start: int) -> Iterator[int]:
    """The ends (not included) of the phrases that begin with one of the words, shortest first."""
    parted = 0
    for end in range(start + 1, min(start + MAX_PHRASE, len(words)) + 1):
        parted += not words[end - 1].glued
        if parted > MAX_PARTED:
            return
        yield end


def is_unparted(text: str) -> bool:
    """Whether a text has signs of a writing that puts no blanks between words."""
    return _UNPARTED.search(text) is not None

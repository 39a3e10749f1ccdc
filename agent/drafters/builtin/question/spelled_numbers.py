"""Numbers in words: "twenty-five", "two hundred and five", "a dozen", "half a million", "3 million"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Number = int | float

_ARTICLES = frozenset({"a", "an"})
_HALF = "half"
_AND = "and"
# Below a hundred, "dozen" alone multiplies what stands before it.
_DOZEN = "dozen"
_TEN, _HUNDRED = 10, 100
_TENS = range(20, 100, 10)
# Of a number with hyphens: "two-hundred-twenty-five".
_MAX_PARTS = 4


def spelled_number(
    words: Sequence[str | Number], numbers: Mapping[str, int], joined: bool = True
) -> tuple[Number, int] | None:
    """The number that `words` begin with, and how many of them it takes, or None.

    `words` are in lower case, or numbers where they are typed in figures; `numbers` are the single words.
    Without `joined` no "and" is read as a part of a number.
    """
    start = _start(words, numbers)
    if start is None:
        return None
    value, used = start
    scale = 0
    while used < len(words) and (found := _scale(words[used], numbers)):
        value, scale, used = value * found, found, used + 1
    if not scale:
        return (value, used) if _begins(words) else None
    after = used + 1 if joined and words[used : used + 1] == [_AND] else used
    rest = spelled_number(words[after:], numbers, joined) if _begins(words[after:]) else None
    if rest and scale >= _HUNDRED and rest[0] < scale:
        return value + rest[0], after + rest[1]
    return value, used


def _begins(words: Sequence[str | Number]) -> bool:
    """Whether words may be a number, or the rest of one, without a "hundred" or such behind them."""
    return bool(words) and isinstance(words[0], str) and words[0] not in {*_ARTICLES, _HALF}


def _start(words: Sequence[str | Number], numbers: Mapping[str, int]) -> tuple[Number, int] | None:
    """What stands before "hundred" and such: a number under a hundred, figures, "a", "half a", or nothing."""
    if not words:
        return None
    first = words[0]
    if not isinstance(first, str):
        return first, 1
    if first == _HALF:
        return 0.5, 2 if words[1:2] and words[1] in _ARTICLES else 1
    if first in _ARTICLES:
        return 1, 1
    if _scale(first, numbers):
        # "hundred customers", and the scale is read by whoever asks.
        return (1, 0) if first in numbers else None
    value = _small(first, numbers)
    if value is None:
        return None
    unit = _small(words[1], numbers) if len(words) > 1 and isinstance(words[1], str) else None
    if unit and unit < _TEN and value in _TENS:
        return value + unit, 2
    return value, 1


def _scale(word: str | Number, numbers: Mapping[str, int]) -> int:
    """What a word multiplies by: "hundred", "dozen", "millions"; 0 where it is no such word."""
    if not isinstance(word, str):
        return 0
    single = word if word in numbers else word.removesuffix("s")
    value = numbers.get(single, 0)
    return value if value >= _HUNDRED or single == _DOZEN else 0


def _small(word: str, numbers: Mapping[str, int]) -> int | None:
    """A number in one word, which may have hyphens: "seven", "twenty-five"."""
    parts = word.split("-")
    if len(parts) == 1:
        return numbers.get(word)
    found = spelled_number(parts, numbers, joined=False) if len(parts) <= _MAX_PARTS else None
    return int(found[0]) if found and found[1] == len(parts) else None

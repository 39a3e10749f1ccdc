"""Text to tokens: words with their stems, numbers (also spelled), and quoted text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from snowballstemmer import stemmer

_STEMMER = stemmer("english")
MAX_NUMBER = 10**15
"""Above it a number is read as a fraction would be, to the precision of a double."""

# Marks that say nothing; every other sign must be understood.
PUNCTUATION = frozenset("?!.:;()'’")
_PATTERN = re.compile(
    r"""
      (?P<quoted>"[^"]+"|“[^”]+”|(?<!\w)'[^']+'(?!\w))
    | (?P<date>\d{4}-\d{2}-\d{2})
    | (?P<number>(?:(?<![^\s(<>=])-)?(?:\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?))(?P<magnitude>[a-z]{1,2}\b)?
    | (?P<word>[^\W_]+(?:['’.&-][^\W_]+)*)
    | (?P<symbol>[<>!]=|<>|[^\s\w])
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `text` as typed, `stem` for matching, `value` where it is a number or quoted text."""

    text: str
    stem: str
    start: int
    end: int
    value: float | int | str | None = None


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word, without case and accents ("Categories" → "categori")."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return str(_STEMMER.stemWord("".join(char for char in plain if not unicodedata.combining(char))))


def stems(phrase: str) -> tuple[str, ...]:
    """The stems of a phrase, word by word, as `tokens` would cut it."""
    return tuple(token.stem for token in tokens(phrase, {}, {}))


def words(phrase: str) -> tuple[str, ...]:
    """The words of a phrase in lower case, as `tokens` would cut it."""
    return tuple(token.text.casefold() for token in tokens(phrase, {}, {}))


def tokens(text: str, numbers: dict[str, int], magnitudes: dict[str, int]) -> tuple[Token, ...]:
    """Cut a question into tokens; spelled numbers and magnitudes come from the lexicon."""
    found = []
    for match in _PATTERN.finditer(text):
        raw = match.group()
        start, end = match.span()
        if raw in PUNCTUATION and not match["quoted"]:
            continue
        if match["quoted"]:
            found.append(Token(raw, raw, start, end, raw[1:-1]))
        elif match["date"]:
            found.append(Token(raw, raw, start, end))
        elif match["number"]:
            found.extend(_number(match, magnitudes))
        elif match["word"]:
            word = re.sub(r"['’]s?$", "", raw)
            found.append(Token(word, stem(word.replace("’", "'")), start, end, numbers.get(word.casefold())))
        else:
            found.append(Token(raw, raw, start, end))
    return tuple(found)


def _number(match: re.Match[str], magnitudes: dict[str, int]) -> list[Token]:
    digits = match["number"]
    start, end = match.span("number")
    value = float(digits.replace(",", ""))
    suffix = (match["magnitude"] or "").casefold()
    if suffix in magnitudes:
        value *= magnitudes[suffix]
        end = match.end()
    whole = value.is_integer() and "." not in digits and abs(value) < MAX_NUMBER
    number = int(value) if whole else value
    token = Token(match.string[start:end], match.string[start:end].casefold(), start, end, number)
    if suffix and suffix not in magnitudes:
        rest = match["magnitude"]
        return [token, Token(rest, stem(rest), end, match.end())]
    return [token]

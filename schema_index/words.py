"""Names and texts as words: the one place that says when two spellings are the same word."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_BOUNDARY = re.compile(
    r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])"  # customerId
    r"|(?<=[A-Z])(?=[A-Z](?!s(?![a-z]))[a-z])"  # HTMLPage, but not the plural IDs
    r"|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"  # address2
)
_SEPARATOR = re.compile(r"[\W_]+")
# Letters that Unicode does not take apart.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_UNCHANGED = ("ss", "us", "is", "news", "series", "species")


# Of the same names it is asked a dozen times while a schema is read.
@lru_cache(maxsize=65_536)
def name_words(name: str) -> tuple[str, ...]:
    """The lower-case words of an identifier: camelCase, snake_case, spaces and digits all part words."""
    parts = (part for token in _SEPARATOR.split(name) for part in _BOUNDARY.split(token))
    return tuple(part.lower() for part in parts if part)


def humanise(name: str) -> str:
    """An identifier as a person would say it: `orderItems2` becomes `order items 2`."""
    return " ".join(name_words(name))


def normalise(text: str) -> str:
    """The text in lower case, without accents and punctuation, its words parted by single spaces."""
    decomposed = unicodedata.normalize("NFKD", text)
    # Other combining signs tell letters apart, as in Japanese and Korean.
    plain = "".join(char for char in decomposed if not "\u0300" <= char <= "\u036f")
    folded = unicodedata.normalize("NFC", plain).casefold().translate(_STROKES)
    return " ".join(_SEPARATOR.split(folded)).strip()


def singular(word: str) -> str:
    """The singular of an English noun by its ending; a word that has none is returned as it is."""
    if irregular := _plurals().get(word):
        return irregular
    if len(word) <= 3 or not word.endswith("s") or word.endswith(_UNCHANGED):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1]


@cache
def _plurals() -> dict[str, str]:
    return dict(line.split() for line in data_lines("plurals.txt"))


def stem_key(text: str) -> str:
    """The normalised text with every word in the singular: equal for spellings that mean the same."""
    return " ".join(singular(word) for word in normalise(text).split())


@cache
def package_text(name: str) -> str:
    """A data file of this package as it is written."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def data_lines(name: str) -> tuple[str, ...]:
    """The lines of a data file of this package in their order; `#` begins a comment."""
    lines = (line.partition("#")[0].strip() for line in package_text(name).splitlines())
    return tuple(line for line in lines if line)


@cache
def word_list(name: str) -> frozenset[str]:
    """The lines of a data file as a set."""
    return frozenset(data_lines(name))

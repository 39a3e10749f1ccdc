"""Words for a place in an order, from `ordinals.en.txt`."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_DIGITS = re.compile(r"(\d{1,9})(?:st|nd|rd|th)")


def ordinal(word: str) -> int | None:
    """The place, from 1, that "third", "twenty-first" or "3rd" stands for, or None."""
    folded = word.casefold()
    if match := _DIGITS.fullmatch(folded):
        return int(match[1]) or None
    places = _places()
    tens, _, last = folded.rpartition("-")
    # The tens of "twenty-first" are those of "twentieth".
    before = places.get(tens.removesuffix("y") + "ieth", 0) if tens else 0
    place = places.get(last)
    if place is None or (tens and not (before and place < 10)):
        return None
    return before + place


@cache
def _places() -> dict[str, int]:
    lines = files(__package__).joinpath("ordinals.en.txt").read_text("utf-8").splitlines()
    pairs = (line.split(": ") for line in lines if line and not line.startswith("#"))
    return {word: int(place) for word, place in pairs}

"""Contractions of English, from `contractions.en.txt`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def contraction(word: str) -> tuple[str, ...]:
    """The words in lower case that a word such as "don't" is short for; none where it is no short form."""
    return _contractions().get(word.casefold().replace("’", "'"), ())


@cache
def _contractions() -> dict[str, tuple[str, ...]]:
    lines = files(__package__).joinpath("contractions.en.txt").read_text("utf-8").splitlines()
    pairs = (line.split(": ") for line in lines if line and not line.startswith("#"))
    return {short: tuple(long.split()) for short, long in pairs}

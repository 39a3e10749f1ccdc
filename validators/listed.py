"""The lists of functions/<dialect>.txt: the functions that a query may call, each with its marks.

What the marks mean is told at the head of functions/standard.txt.
"""

from __future__ import annotations

from functools import cache

from agent.validators.data import data
from agent.validators.grammar import Grammar


def allowed(grammar: Grammar) -> dict[str, str]:
    """The dialect's allowed functions in lower case, each with its marks as they are listed."""
    return _allowed(grammar.lists)


def marks(name: str, grammar: Grammar) -> dict[str, str]:
    """The marks of a function, each with what stands after its equals sign; none where it has none."""
    return _marks(name.lower(), grammar.lists)


def columns_of(name: str, grammar: Grammar) -> list[str]:
    """The columns that a function gives in FROM; none where the only one is called as the relation is."""
    listed = marks(name, grammar)
    return [column for mark in ("from", "series") for column in listed.get(mark, "").split(",") if column]


@cache
def _allowed(lists: str) -> dict[str, str]:
    entries = (entry.partition(":") for line in data(f"functions/{lists}.txt") for entry in line.split())
    return {name: listed for name, _, listed in entries}


@cache
def _marks(name: str, lists: str) -> dict[str, str]:
    parts = (part.partition("=") for part in _allowed(lists).get(name, "").split(":") if part)
    return {mark: value for mark, _, value in parts}

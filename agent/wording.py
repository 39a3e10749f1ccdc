"""Names of tables and columns in plain English, for what is told of a query."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from agent.schema_index.words import data_lines, humanise, singular

# Shorter names begin words that they have nothing to do with, as "cat" does "category".
_SHORTEST_OWNER = 4


def owned(table: str, column: str) -> str:
    """A column with its table in the singular, "order total"; alone where it says the table, as in "ordered at"."""
    owner, words = one_of(table), humanise(column)
    repeated = any(
        word == own or (len(own) >= _SHORTEST_OWNER and word.startswith(own))
        for own in owner.split()
        for word in map(singular, words.split())
    )
    return words if repeated else f"{owner} {words}".strip()


def one_of(table: str) -> str:
    """A row of a table: "order item" of order_items."""
    *before, last = humanise(table).split() or [""]
    return " ".join([*before, singular(last)])


def plural(phrase: str) -> str:
    """An English noun phrase in the plural; one that ends in s is taken to be in it."""
    *before, last = phrase.split() or [""]
    if irregular := _plurals().get(last):
        return " ".join([*before, irregular])
    if phrase.endswith("s") or last in _plurals().values():
        return phrase
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        return phrase[:-1] + "ies"
    return phrase + ("es" if phrase.endswith(("x", "ch", "sh")) else "s")


def listed(parts: Sequence[str], word: str = "and") -> str:
    """The parts as a list in a sentence: "a, b and c"."""
    return ", ".join(parts[:-1]) + (f" {word} " if len(parts) > 1 else "") + (parts[-1] if parts else "")


@cache
def _plurals() -> dict[str, str]:
    return {one: many for many, one in (line.split() for line in data_lines("plurals.txt"))}


def is_plural(phrase: str) -> bool:
    """Whether an English noun phrase is in the plural ("customers", not "status")."""
    *_, last = phrase.casefold().split() or [""]
    return singular(last) != last

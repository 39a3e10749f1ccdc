"""SQL of another engine: which one's it seems to be, and what to write instead."""

from __future__ import annotations

import re
from functools import cache

from agent.validators.data import data
from agent.validators.grammar import FAULTS, Grammar, grammar_of, parse, tokenize

NAMES = {
    "tsql": "SQL Server",
    "mysql": "MySQL",
    "postgres": "PostgreSQL",
    "duckdb": "DuckDB",
    "bigquery": "BigQuery",
    "sqlite": "SQLite",
    "oracle": "Oracle",
    "snowflake": "Snowflake",
}
"""The engines whose SQL is told apart, in the order in which they are tried, and what they are called."""

# Longer texts are not read eight times for the sake of a hint.
_MAX_CHARACTERS = 4_000
# What keeps a text from being read, and what to write instead.
_SYNTAX = (
    (re.compile(r"\bSELECT\s+(?:DISTINCT\s+)?TOP\s*\(?\s*\d", re.I), "write LIMIT at the end in place of TOP"),
    (re.compile(r"(?<![\w\])])\[[A-Za-z_][^\]\n]*\]"), "write {quote}Order Id{quote} in place of [Order Id]"),
    (re.compile(r"`[^`]+`"), "write {quote}Order Id{quote} in place of `Order Id`"),
)


def function_elsewhere(name: str, grammar: Grammar) -> str:
    """Who has a function that an engine has not, and what to write there instead; empty where it is not known."""
    whose, instead = _functions().get(name.lower(), ("", {}))
    here = instead.get(grammar.lists)
    return f"{name}() is known to {whose}; on {NAMES[grammar.lists]} write {here}" if here else ""


def syntax_elsewhere(text: str, dialect: str) -> str:
    """Whose SQL a text is that cannot be read, and what to write instead; empty where nobody's is known."""
    if len(text) > _MAX_CHARACTERS:
        return ""
    reader = next((each for each in NAMES if each != dialect and _reads(text, each)), "")
    quote = "`" if dialect == "mysql" else '"'
    instead = [
        said.format(quote=quote) for pattern, said in _SYNTAX if quote not in pattern.pattern and pattern.search(text)
    ]
    whose = f"it seems to be {NAMES[reader]} SQL" if reader else ""
    return "; ".join(filter(None, [whose, *instead]))


def _reads(text: str, dialect: str) -> bool:
    grammar = grammar_of(dialect)
    try:
        tree = parse(text, tokenize(text, grammar), grammar)
    except FAULTS:
        return False
    return tree is not None and tree.key in {"select", "union", "intersect", "except"}


@cache
def _functions() -> dict[str, tuple[str, dict[str, str]]]:
    found = {}
    for line in data("elsewhere.txt"):
        name, whose, *others = line.split(" | ")
        found[name] = (whose, dict(other.split(": ", 1) for other in others))
    return found

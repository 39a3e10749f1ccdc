"""The kinds of node that a query may be made of, and the parts that each may have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sqlglot import exp

from agent.records import Finding
from agent.validators.data import data
from agent.validators.grammar import Grammar
from agent.validators.source import Source
from agent.validators.statement import VERBS

HINTS = {kind: hint.strip() for kind, _, hint in (line.partition(":") for line in data("hints.txt"))}


def parts_of(grammar: Grammar) -> dict[str, frozenset[str]]:
    """The kinds of node that queries of a dialect may have, each with the parts that it may have."""
    return _parts_of(grammar.lists)


@cache
def _parts_of(lists: str) -> dict[str, frozenset[str]]:
    parts: dict[str, frozenset[str]] = {}
    for line in [*data("nodes.txt"), *data(f"nodes/{lists}.txt")]:
        kind, _, names = line.partition(":")
        parts[kind] = parts.get(kind, frozenset()) | frozenset(names.split())
    return parts


def nodes(source: Source) -> Iterator[Finding]:
    """Refuse every node that is not on the list, and every part of a node that is not listed with it."""
    listed = parts_of(source.grammar)
    seen: set[str] = set()
    for node in source.tree.walk() if source.tree else ():
        kind = type(node).__name__
        if kind in listed:
            unlisted = {part for part, value in node.args.items() if value and part not in listed[kind]}
            faults = {f"{kind} {part}" for part in unlisted}
        else:
            faults = set() if isinstance(node, exp.Func) else {kind}
        for fault in sorted(faults - seen):
            yield _finding(fault, source.grammar.lists)
        seen |= faults


def _finding(fault: str, dialect: str) -> Finding:
    kind = fault.partition(" ")[0]
    if deed := VERBS.get(kind.upper()):
        return Finding("nodes", f"{kind.upper()} {deed}; only SELECT is allowed", "write one SELECT statement")
    if fault == "Column db":
        return Finding("nodes", "a column name has more than two parts", "write table.column, or use an alias")
    if fault == "Table catalog":
        return Finding("nodes", "a table name has more than two parts", "write schema.table")
    if fault == "In field":
        return Finding("nodes", "IN is followed by a bare name", "write IN (SELECT column FROM table)")
    hint = HINTS.get(f"{dialect} {kind}") or HINTS.get(kind) or "use plain SELECT syntax"
    return Finding("nodes", f"{fault} is not allowed in a query", hint)

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

SAYINGS = {key: saying.strip() for key, _, saying in (line.partition(":") for line in data("hints.txt"))}


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
        parts = listed.get(kind)
        if parts is not None:
            faults = [f"{kind} {part}" for part, value in node.args.items() if value and part not in parts]
        else:
            faults = [] if isinstance(node, exp.Func) else [kind]
        for fault in sorted(faults):
            if fault not in seen:
                yield _finding(fault, source.grammar.lists)
        seen.update(faults)


def _finding(fault: str, dialect: str) -> Finding:
    kind = fault.partition(" ")[0]
    keys = (f"{dialect} {fault}", fault, f"{dialect} {kind}", kind)
    saying = next((SAYINGS[key] for key in keys if key in SAYINGS), "")
    deed = VERBS.get(kind.upper())
    if deed and not saying:
        return Finding("nodes", f"{kind.upper()} {deed}; only SELECT is allowed", "write one SELECT statement")
    message, _, hint = saying.rpartition("|")
    message = message.strip() or f"{fault} is not allowed in a query"
    return Finding("nodes", message, hint.strip() or "use plain SELECT syntax")

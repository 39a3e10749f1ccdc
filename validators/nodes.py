"""The kinds of node that a query may be made of, and the parts that each may have."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from agent.records import Finding
from agent.validators.data import data
from agent.validators.source import Source
from agent.validators.statement import VERBS

HINTS = {
    "ILike": "LIKE already ignores the case of a to z",
    "RegexpLike": "use LIKE or GLOB",
    "Match": "use LIKE",
    "Parameter": "write the value itself",
    "Placeholder": "write the value itself",
    "Dot": "write table.column, or a function by its bare name",
    "Interval": "use date(x, '+1 day')",
    "Fetch": "use LIMIT",
}


NODES = {kind: frozenset(parts.split()) for kind, _, parts in (line.partition(":") for line in data("nodes.txt"))}


def nodes(source: Source) -> Iterator[Finding]:
    """Refuse every node that is not on the list, and every part of a node that is not listed with it."""
    seen: set[str] = set()
    for node in source.tree.walk() if source.tree else ():
        kind = type(node).__name__
        if kind in NODES:
            unlisted = {part for part, value in node.args.items() if value and part not in NODES[kind]}
            faults = {f"{kind} {part}" for part in unlisted}
        else:
            faults = set() if isinstance(node, exp.Func) else {kind}
        for fault in sorted(faults - seen):
            yield _finding(fault)
        seen |= faults


def _finding(fault: str) -> Finding:
    kind = fault.partition(" ")[0]
    if deed := VERBS.get(kind.upper()):
        return Finding("nodes", f"{kind.upper()} {deed}; only SELECT is allowed", "write one SELECT statement")
    if fault == "Column db":
        return Finding("nodes", "a column name has more than two parts", "write table.column, or use an alias")
    if fault == "In field":
        return Finding("nodes", "IN is followed by a bare name", "write IN (SELECT column FROM table)")
    return Finding("nodes", f"{fault} is not allowed in a query", HINTS.get(kind, "use plain SELECT syntax"))

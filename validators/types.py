"""The types that a query may cast to: those that types/<dialect>.txt names."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from agent.records import Finding
from agent.validators.data import words


def types(tree: exp.Expr, lists: str) -> Iterator[Finding]:
    """Refuse every type that is not on the list, by the name that the parser has for it."""
    found: dict[str, None] = {}
    for node in tree.find_all(exp.DataType):
        name = node.this.name if isinstance(node.this, exp.DType) else str(node.this)
        if name not in words(f"types/{lists}.txt"):
            found[node.text("kind") or name] = None
    for name in found:
        yield Finding("statement", f"the type {name} is not allowed", "cast to a plain type, such as INTEGER or DATE")

"""The types that a query may cast to: those that types/<dialect>.txt names, none padded to a great length."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from agent.records import Finding
from agent.validators.data import words

MAX_PADDED = 1_000
# The other engines leave a short text as it is.
_PADDED = {"postgres": (exp.DType.CHAR, exp.DType.NCHAR, exp.DType.BPCHAR), "mysql": (exp.DType.BINARY,)}


def types(tree: exp.Expr, lists: str) -> Iterator[Finding]:
    """Refuse every type that is not on the list, by the name that the parser has for it, and those padded too far."""
    found: dict[str, None] = {}
    for node in tree.find_all(exp.DataType):
        name = node.this.name if isinstance(node.this, exp.DType) else str(node.this)
        if name not in words(f"types/{lists}.txt"):
            found[node.text("kind") or name] = None
        elif node.this in _PADDED.get(lists, ()) and any(_length(part) > MAX_PADDED for part in node.expressions):
            message = f"a text is padded to more than {MAX_PADDED:,} characters"
            yield Finding("statement", message, "cast to a type without a length, such as TEXT")
    for name in found:
        yield Finding("statement", f"the type {name} is not allowed", "cast to a plain type, such as INTEGER or DATE")


def _length(parameter: exp.Expr) -> int:
    return int(parameter.name) if parameter.name.isdigit() else MAX_PADDED + 1

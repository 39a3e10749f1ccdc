"""A key of an order in plain words, as the kind of its values has it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from agent.explain.scope import Scope

_BY_KIND = {"date": ("earliest", "latest"), "datetime": ("earliest", "latest")}


@dataclass(frozen=True, slots=True)
class OrderWords:
    """`text` names a key and its direction: "order total, highest first".

    `superlative` says what comes first: "highest order total"; it is empty for texts.
    """

    text: str
    superlative: str


def order_words(key: exp.Expr, scope: Scope) -> OrderWords:
    """A key of ORDER BY in words."""
    by, descending = key.this if isinstance(key, exp.Ordered) else key, bool(key.args.get("desc"))
    said, kind = scope.voice.term(by, scope), _kind(by, scope)
    if kind == "text":
        return OrderWords(f"{said} from Z to A" if descending else said, "")
    first = _BY_KIND.get(kind, ("lowest", "highest"))[descending]
    superlative = said if said.startswith(f"{first} ") else f"{first} {said}"
    return OrderWords(f"{said} ({first} first)" if descending else said, superlative)


def _kind(by: exp.Expr, scope: Scope) -> str:
    if isinstance(by, exp.Column) and not by.table:
        by = next((each.this for each in scope.shown if isinstance(each, exp.Alias) and each.alias == by.name), by)
    if isinstance(by, exp.Anonymous) and by.name.lower() in {"min", "max"} and len(by.expressions) == 1:
        by = by.expressions[0]
    return scope.kind(by)

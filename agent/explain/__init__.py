"""What a statement asks for, in plain words, whoever wrote it."""

from __future__ import annotations

from sqlglot import exp

from agent.explain.conditions import condition
from agent.explain.queries import query
from agent.explain.scope import Scope
from agent.explain.terms import term
from agent.records import Catalog
from agent.validators.grammar import FAULTS, grammar_of, parse, tokenize


class _Voice:
    def term(self, node: exp.Expr, scope: Scope) -> str:
        return term(node, scope)

    def condition(self, node: exp.Expr, scope: Scope) -> str:
        return condition(node, scope)

    def query(self, node: exp.Expr, outer: Scope) -> str:
        return query(node, outer)


_VOICE = _Voice()


def explain(sql: str, catalog: Catalog) -> str:
    """A checked SELECT as a sentence that has each of its conditions; a part without words stands in it as SQL.

    It never raises: a statement that is not understood is its own explanation.
    """
    grammar = grammar_of(catalog.dialect)
    try:
        tree = parse(sql, tokenize(sql, grammar), grammar)
        text = query(tree, Scope(catalog, grammar, _VOICE)) if tree else ""
    except FAULTS:
        # An answer is worth more than the words beside it.
        text = " ".join(sql.split())
    return f"{text[:1].upper()}{text[1:]}." if text else ""

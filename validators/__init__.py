"""The checker: the first of two layers that keep a database from harm, and the only maker of a CheckedQuery.

It knows neither a database nor a model. Each rule is one module with one function of that name, which yields
every Finding and never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from agent.records import NO_POLICY, Catalog, CheckedQuery, Finding, Policy, Verdict
from agent.validators.functions import functions
from agent.validators.grammar import FAULTS, write
from agent.validators.lexical import lexical
from agent.validators.limits import limits
from agent.validators.names import names
from agent.validators.nodes import nodes
from agent.validators.policy import policy
from agent.validators.shape import shape
from agent.validators.source import Source
from agent.validators.statement import statement

__all__ = ["RULES", "validate"]

Rule = Callable[[Source], Iterator[Finding]]
RULES: tuple[Rule, ...] = (lexical, statement, shape, nodes, functions, names, policy, limits)

# More than anyone mends at once, and looking for near names takes time.
MAX_FINDINGS = 20

# What these refuse is not given to the rules after them: there is no tree to trust.
_GATES: tuple[Rule, ...] = (lexical, statement, shape)

# What looks at more than the tree.
_TEXT_RULES: tuple[Rule, ...] = (lexical, statement)

_SIMPLER = "write a plainer SELECT statement"


def validate(sql: str, catalog: Catalog, allowed: Policy = NO_POLICY) -> Verdict:
    """Check a text against a catalog in its dialect: a CheckedQuery, or the findings of every rule; never raises.

    The catalog has what the policy leaves of it; what `allowed` adds are the functions that it allows.
    The query's SQL is not the text: it is written from the checked tree, then read and checked again.
    """
    drafted = Source(sql, catalog, allowed.allow_functions)
    findings = _findings(drafted)
    if findings or drafted.tree is None:
        return Verdict(None, findings)
    try:
        rewritten = Source(write(drafted.tree, drafted.grammar), catalog, allowed.allow_functions)
        # The other rules look at nothing but the tree, which must be the one that they have passed.
        findings = _findings(rewritten, _TEXT_RULES)
        faithful = rewritten.tree == drafted.tree
    except FAULTS as error:
        return Verdict(None, (_unfaithful(str(error)),))
    if findings or not faithful:
        return Verdict(None, findings or (_unfaithful("a part would change its meaning"),))
    tables = tuple(table.id for table in drafted.resolution.tables)
    return Verdict(CheckedQuery(rewritten.text, catalog.dialect, tables))


def _findings(source: Source, rules: tuple[Rule, ...] = RULES) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for rule in rules:
        try:
            found += islice(rule(source), MAX_FINDINGS)
        except FAULTS as error:
            # A rule that a strange tree brings down has not been passed.
            found.append(Finding(rule.__name__, f"the parser stops with {type(error).__name__}", _SIMPLER))
        if found and rule in _GATES:
            break
    return tuple(found)


def _unfaithful(reason: str) -> Finding:
    return Finding("statement", f"the query cannot be written back as it was read: {reason}", _SIMPLER)

"""The checker: the first of two layers that keep a database from harm, and the only maker of a CheckedQuery.

It knows neither a database nor a model. Each rule is one module with one function of that name, which yields
every Finding and never raises.
"""

from __future__ import annotations

from agent.records import Catalog, CheckedQuery, Finding, Verdict
from agent.validators.functions import functions
from agent.validators.grammar import FAULTS, write
from agent.validators.lexical import lexical
from agent.validators.limits import limits
from agent.validators.names import names
from agent.validators.nodes import nodes
from agent.validators.source import Source
from agent.validators.statement import statement

__all__ = ["RULES", "validate"]

RULES = (lexical, statement, nodes, functions, names, limits)

# What these refuse is not given to the rules after them: there is no tree to trust.
_GATES = (lexical, statement)

_SIMPLER = "write a plainer SELECT statement"


def validate(sql: str, catalog: Catalog) -> Verdict:
    """Check a text against a catalog in its dialect: a CheckedQuery, or every finding at once; never raises.

    The query's SQL is not the text: it is written from the checked tree, then read and checked again.
    """
    drafted = Source(sql, catalog)
    findings = _findings(drafted)
    if findings or drafted.tree is None:
        return Verdict(None, findings)
    try:
        rewritten = Source(write(drafted.tree, drafted.grammar), catalog)
        findings = _findings(rewritten)
        faithful = rewritten.tree == drafted.tree
    except FAULTS as error:
        return Verdict(None, (_unfaithful(str(error)),))
    if findings or not faithful:
        return Verdict(None, findings or (_unfaithful("a part would change its meaning"),))
    tables = tuple(table.id for table in rewritten.resolution.tables)
    return Verdict(CheckedQuery(rewritten.text, catalog.dialect, tables))


def _findings(source: Source) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for rule in RULES:
        try:
            found += rule(source)
        except FAULTS as error:
            # A rule that a strange tree brings down has not been passed.
            found.append(Finding(rule.__name__, f"the parser stops with {type(error).__name__}", _SIMPLER))
        if found and rule in _GATES:
            break
    return tuple(found)


def _unfaithful(reason: str) -> Finding:
    return Finding("statement", f"the query cannot be written back as it was read: {reason}", _SIMPLER)

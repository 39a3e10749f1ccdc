"""The functions that a query may call: those that functions/<dialect>.txt names, by their bare names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from sqlglot import exp

from agent.records import Finding
from agent.validators.data import data
from agent.validators.grammar import DRAFTED_NAME, FAULTS, write
from agent.validators.nodes import NODES
from agent.validators.source import Source

# A width of ten digits makes a string of gigabytes from ten characters, so the width must be plain to see.
_BOUNDED_FORMAT = re.compile(r"(?:[^%]|%[^\d*.%a-zA-Z]*\d{0,3}(?:\.\d{0,3})?[a-zA-Z%])*")


@cache
def allowed(dialect: str) -> frozenset[str]:
    """The names of the dialect's allowed functions, in lower case."""
    return frozenset(" ".join(data(f"functions/{dialect}.txt")).split())


def functions(source: Source) -> Iterator[Finding]:
    """Refuse every function that is not on the list, is quoted, stands in FROM, or formats without bound."""
    found: dict[Finding, None] = {}
    for node in source.tree.find_all(exp.Func) if source.tree else ():
        if name := _name(node, source.catalog.dialect):
            found |= dict.fromkeys(_check(node, name, source.catalog.dialect))
    yield from found


def _check(node: exp.Func, name: str, dialect: str) -> Iterator[Finding]:
    if isinstance(node.parent, exp.Table | exp.Lateral):
        yield Finding("functions", f"{name}() cannot be read as a table", "read from a table of the database")
    elif name.lower() not in allowed(dialect):
        yield _unknown(name, dialect)
    elif name.lower() in ("printf", "format") and not _is_bounded(node):
        yield Finding(
            "functions",
            f"the format of {name}() is not a plain string with widths below 1000",
            "write the format as a string, such as '%.2f'",
        )


def _name(node: exp.Func, dialect: str) -> str:
    """The name by which the text calls the function, or "" for an operator."""
    if drafted := node.meta.get(DRAFTED_NAME):
        return str(drafted)
    if isinstance(node, exp.Anonymous):
        return node.name if isinstance(node.this, str) else f'"{node.name}"'
    if type(node).__name__ in NODES:
        return ""
    try:
        call = re.match(r"(\w+)(?:\(|$)", write(node, dialect))
    except FAULTS:
        call = None
    return call.group(1) if call else node.sql_name()


def _is_bounded(node: exp.Func) -> bool:
    arguments = [node.this, *node.expressions] if isinstance(node, exp.Format) else node.expressions
    template = arguments[0] if arguments else None
    return isinstance(template, exp.Literal) and bool(_BOUNDED_FORMAT.fullmatch(template.name))


def _unknown(name: str, dialect: str) -> Finding:
    near = get_close_matches(name.lower(), allowed(dialect), 3)
    hint = f"did you mean {', '.join(near)}?" if near else "use one of the documented functions"
    return Finding("functions", f"the function {name}() is not allowed", hint)

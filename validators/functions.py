"""The functions that a query may call: those that functions/<dialect>.txt names, by their bare names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from sqlglot import exp

from agent.records import Finding
from agent.validators.data import data
from agent.validators.grammar import FAULTS, Grammar, write
from agent.validators.nodes import parts_of
from agent.validators.source import Source

# A width of ten digits makes a string of gigabytes from ten characters, so the width must be plain to see.
_BOUNDED_FORMAT = re.compile(r"(?:[^%]|%[^\d*.%a-zA-Z]*\d{0,3}(?:\.\d{0,3})?[a-zA-Z%])*")
MAX_SIZE = 1_000


def allowed(grammar: Grammar) -> dict[str, str]:
    """The dialect's allowed functions in lower case, each with what bounds the size of its result.

    That is "format" for a first argument that is a plain format, or the position of an argument that is a number.
    """
    return _allowed(grammar.lists)


@cache
def _allowed(lists: str) -> dict[str, str]:
    entries = (entry.partition(":") for line in data(f"functions/{lists}.txt") for entry in line.split())
    return {name: bound for name, _, bound in entries}


def functions(source: Source) -> Iterator[Finding]:
    """Refuse every function that is not on the list, is quoted, stands in FROM, or makes text without bound."""
    found: dict[Finding, None] = {}
    for node in source.tree.find_all(exp.Func) if source.tree else ():
        if name := _name(node, source.grammar):
            found |= dict.fromkeys(_check(node, name, source.grammar))
    yield from found


def _check(node: exp.Func, name: str, grammar: Grammar) -> Iterator[Finding]:
    if isinstance(node.parent, exp.Table | exp.Lateral) or isinstance(node, exp.UDTF):
        yield Finding("functions", f"{name}() cannot be read as a table", "read from a table of the database")
    elif name.lower() not in allowed(grammar):
        yield _unknown(name, grammar)
    else:
        yield from _bounds(node, name, allowed(grammar)[name.lower()])


def _bounds(node: exp.Func, name: str, bound: str) -> Iterator[Finding]:
    if bound == "format" and not _is_bounded(node):
        yield Finding(
            "functions",
            f"the format of {name}() is not a plain string with widths below {MAX_SIZE}",
            "write the format as a string, such as '%.2f'",
        )
    elif bound.isdigit() and not _is_small(node.expressions[int(bound) - 1 :]):
        yield Finding(
            "functions", f"the size that {name}() makes is not a number up to {MAX_SIZE}", "write the size as a number"
        )


def _name(node: exp.Func, grammar: Grammar) -> str:
    """The name by which the text calls the function, or "" for an operator."""
    if isinstance(node, exp.Anonymous):
        return node.name if isinstance(node.this, str) else f'"{node.name}"'
    if type(node).__name__ in parts_of(grammar):
        return ""
    try:
        call = re.match(r"(\w+)(?:\(|$)", write(node, grammar))
    except FAULTS:
        call = None
    return call.group(1) if call else node.sql_name()


def _is_bounded(node: exp.Func) -> bool:
    template = node.expressions[0] if node.expressions else None
    return isinstance(template, exp.Literal) and bool(_BOUNDED_FORMAT.fullmatch(template.name))


def _is_small(arguments: list[exp.Expr]) -> bool:
    size = arguments[0] if arguments else None
    return isinstance(size, exp.Literal) and size.is_int and int(size.name) <= MAX_SIZE


def _unknown(name: str, grammar: Grammar) -> Finding:
    near = get_close_matches(name.lower(), allowed(grammar), 3)
    hint = f"did you mean {', '.join(near)}?" if near else "use one of the documented functions"
    return Finding("functions", f"the function {name}() is not allowed", hint)

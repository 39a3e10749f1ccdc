"""The functions that a query may call: those that functions/<dialect>.txt names, by their bare names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from sqlglot import exp

from agent.records import Finding
from agent.validators.elsewhere import function_elsewhere
from agent.validators.grammar import FAULTS, Grammar, write
from agent.validators.listed import allowed, marks
from agent.validators.nodes import parts_of
from agent.validators.series import MAX_SERIES, series
from agent.validators.source import Source

# A width of ten digits makes a string of gigabytes from ten characters, so the width must be plain to see.
_BOUNDED_FORMATS = {
    "format": re.compile(r"(?:[^%]|%(?:\d{1,3}\$)?[^\d*.%a-zA-Z]*\d{0,3}(?:\.\d{0,3})?[a-zA-Z%])*"),
    "braces": re.compile(r"(?:[^{}]|\{\{|\}\}|\{(?:[^{}\d]|(?<!\d)\d{1,3}(?!\d))*\})*"),
}
_FORMATS = {"format": "'%.2f'", "braces": "'{:.2f}'"}
MAX_SIZE = 1_000


def functions(source: Source) -> Iterator[Finding]:
    """Refuse every function that is not on the list, is quoted, stands in FROM, or makes text without bound."""
    found: set[Finding] = set()
    for node in source.tree.find_all(exp.Func) if source.tree else ():
        name = _name(node, source.grammar)
        if name and not (name.lower() in source.allow_functions and _relation(node) is None):
            for finding in _check(node, name, source.grammar):
                if finding not in found:
                    found.add(finding)
                    yield finding


def _relation(node: exp.Func) -> exp.Expr | None:
    """The relation that a call makes in FROM, where it stands there and not among the arguments of another."""
    if isinstance(node, exp.UDTF):
        return node
    is_read = isinstance(node.parent, exp.Table | exp.Lateral | exp.UDTF) and node.arg_key == "this"
    return node.parent if is_read else None


def _check(node: exp.Func, name: str, grammar: Grammar) -> Iterator[Finding]:
    relation, listed = _relation(node), marks(name, grammar)
    if relation is not None and (
        not {"from", "series"} & listed.keys() or relation.args.get("db") or relation.args.get("catalog")
    ):
        yield Finding("functions", f"{name}() cannot be read as a table", "read from a table of the database")
    elif name.lower() not in allowed(grammar):
        yield _unknown(name, grammar)
    else:
        yield from _bounds(node, name, listed)


def _bounds(node: exp.Func, name: str, listed: dict[str, str]) -> Iterator[Finding]:
    for mark in _BOUNDED_FORMATS.keys() & listed.keys():
        if not _is_bounded(node, _BOUNDED_FORMATS[mark]):
            yield Finding(
                "functions",
                f"the format of {name}() is not a plain string with widths below {MAX_SIZE}",
                f"write the format as a string, such as {_FORMATS[mark]}",
            )
    if "series" in listed and not series(node.expressions) <= MAX_SERIES:
        yield Finding(
            "functions",
            f"{name}() does not run from one number or date to another in at most {MAX_SERIES:,} steps",
            "write both ends as numbers or dates, and the step between dates as an interval",
        )
    if any(not _is_small(node.expressions[int(mark) - 1 :]) for mark in listed if mark.isdigit()):
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


def _is_bounded(node: exp.Func, pattern: re.Pattern[str]) -> bool:
    template = node.expressions[0] if node.expressions else None
    return isinstance(template, exp.Literal) and bool(pattern.fullmatch(template.name))


def _is_small(arguments: list[exp.Expr]) -> bool:
    size = arguments[0] if arguments else None
    return isinstance(size, exp.Literal) and size.is_int and int(size.name) <= MAX_SIZE


def _unknown(name: str, grammar: Grammar) -> Finding:
    hint = function_elsewhere(name, grammar)
    if not hint:
        near = get_close_matches(name.lower(), allowed(grammar), 3)
        hint = f"did you mean {', '.join(near)}?" if near else "use one of the documented functions"
    return Finding("functions", f"the function {name}() is not allowed", hint)

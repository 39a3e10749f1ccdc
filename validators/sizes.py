"""How many times longer than what is stored a text or list may become that a query makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from math import inf, prod

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from agent.validators.data import words
from agent.validators.grammar import Grammar
from agent.validators.listed import marks
from agent.validators.series import series

# What is stored is taken to be as long as this, in characters.
_STORED = 30
# As many rows as a group is taken to have.
GROUP = 10
# Text that each step makes longer by one more piece is short after as many, and text that it doubles is not.
_STEPS = 25

# What these give is small, whatever they are given.
_SMALL = (exp.Predicate, exp.Connector, exp.Not, exp.Neg, exp.Mul, exp.Div, exp.Mod)


class Sizes:
    """The sizes of the expressions of a statement, in lengths of a stored value."""

    def __init__(
        self,
        scopes: tuple[Scope, ...],
        grammar: Grammar,
        gathered: Mapping[int, float] | None = None,
        own: Mapping[str, float] | None = None,
    ) -> None:
        """`gathered` has the rows that SELECTs fold, by id, `own` the columns of a query that reads itself."""
        self._scopes = {id(scope.expression): scope for scope in scopes}
        self._grammar = grammar
        self._gathered = gathered or {}
        self._own = own or {}
        self._known: dict[int, float] = {}

    def of(self, node: exp.Expr) -> float:
        """The size of an expression, or of the only column of a query."""
        known = self._known.get(id(node))
        if known is None:
            # A query that reads itself is followed no further.
            self._known[id(node)] = 1
            known = self._known[id(node)] = self._size(node)
        return known

    def _size(self, node: exp.Expr) -> float:
        match node:
            case exp.Literal():
                return max(1, len(node.name) / _STORED)
            case exp.Column():
                return self._column(node)
            case exp.DPipe() | exp.Tuple() | exp.Array() | exp.Struct():
                return sum(self._parts(node))
            case exp.Query():
                return self._output(node, "")
            case exp.Window():
                return self.of(node.this)
            case exp.Comprehension():
                return prod(self._parts(node))
            case exp.Func() if not isinstance(node, _SMALL):
                return self._call(node)
        return 1 if isinstance(node, _SMALL) else max([1, *self._parts(node)])

    def _parts(self, node: exp.Expr) -> list[float]:
        return [self.of(part) for part in node.iter_expressions()]

    def _call(self, call: exp.Func) -> float:
        name = called(call)
        arguments = call.expressions or list(call.iter_expressions())
        sizes = self._parts(call) or [1]
        growth = _growth().get(name, ())
        size = sum(sizes) if "sum" in growth else prod(sizes) if "times" in growth else max(sizes)
        listed = marks(name, self._grammar)
        for mark in (*growth, *listed):
            size *= _factor(mark, arguments)
        if {"format", "braces"} & listed.keys():
            size = _formatted(arguments, size)
        if "series" in listed:
            size *= max(1, series(arguments))
        if "rows" in growth:
            size *= self._gathered.get(id(call.find_ancestor(exp.Select)), GROUP)
        return size

    def _column(self, column: exp.Column) -> float:
        scope = self._scopes.get(id(column.find_ancestor(exp.Select)))
        while scope is not None:
            source = scope.sources.get(column.table)
            if isinstance(source, Scope):
                is_own = self._scopes.get(id(source.expression)) is not source
                return self._own.get(column.name, 1) if is_own else self._output(source.expression, column.name)
            scope = None if source else scope.parent
        return 1

    def _output(self, query: exp.Expr, name: str) -> float:
        """The size of a column of a query; of its largest one where the name is not that of one."""
        if isinstance(query, exp.Subquery | exp.Lateral):
            return self._output(query.this, name)
        if isinstance(query, exp.SetOperation):
            names = query.named_selects
            place = names.index(name) if name in names else None
            return max(self._placed(arm, place) for arm in arms(query))
        if not isinstance(query, exp.Select):
            return 1
        named = [each for each in query.selects if each.alias_or_name == name]
        return max((self.of(each) for each in named or query.selects), default=1)

    def _placed(self, query: exp.Select, place: int | None) -> float:
        chosen = query.selects if place is None else query.selects[place : place + 1]
        return max((self.of(each) for each in chosen), default=1)


def grows(scope: Scope, scopes: tuple[Scope, ...], grammar: Grammar) -> bool:
    """Whether each step of a query that reads itself makes a text or list some times longer than the step before."""
    query = scope.expression
    if not isinstance(query, exp.SetOperation) or not isinstance(query.parent, exp.CTE):
        return False
    first, *steps = arms(query)
    names = first.named_selects
    own = dict.fromkeys(names, 1.0)
    for _ in range(_STEPS):
        sizes = Sizes(scopes, grammar, own=own)
        rows = [[sizes.of(each) for each in step.selects] for step in steps]
        grown = {name: max(row[place : place + 1] or [1.0]) for row in rows for place, name in enumerate(names)}
        if grown == own:
            return False
        own = grown
    return max(own.values()) > _STEPS**2


def arms(query: exp.Expr) -> Iterator[exp.Select]:
    """The SELECTs that a set operation puts together."""
    query = query.unnest() if isinstance(query, exp.Subquery) else query
    if isinstance(query, exp.SetOperation):
        yield from arms(query.this)
        yield from arms(query.expression)
    elif isinstance(query, exp.Select):
        yield query


@cache
def _growth() -> dict[str, tuple[str, ...]]:
    entries = (entry.split(":") for entry in words("sizes.txt"))
    return {name: tuple(growth) for name, *growth in entries}


def called(call: exp.Func) -> str:
    """The name of a function in lower case."""
    return (call.name if isinstance(call, exp.Anonymous) else call.sql_name()).lower()


def _factor(mark: str, arguments: list[exp.Expr]) -> float:
    """By how much a mark with a number multiplies."""
    kind = mark.rstrip("0123456789")
    digits = mark[len(kind) :]
    if mark == "fold":
        return _folded(arguments)
    if not digits:
        return 1
    position = int(digits)
    argument = arguments[position - 1] if position <= len(arguments) else None
    match kind:
        case "x":
            return position
        case "by":
            return max(1, _length(argument) / max(1, _written(arguments[position - 2]))) if argument else 1
        case "with":
            return _length(argument) + 1 if argument else 1
    return max(1, int(argument.name)) if isinstance(argument, exp.Literal) and argument.is_int else inf


def _folded(arguments: list[exp.Expr]) -> float:
    """Without measure where the step joins what it has made to anything more than once."""
    step = next((argument for argument in arguments if isinstance(argument, exp.Lambda)), None)
    if step is None or not step.expressions:
        return inf
    made = [node for node in step.this.find_all(exp.Identifier) if node.name == step.expressions[0].name]
    joins = step.this.find(exp.DPipe) or any(called(call) in _growth() for call in step.this.find_all(exp.Func))
    return inf if joins and len(made) > 1 else GROUP


def _written(argument: exp.Expr) -> float:
    return len(argument.name) if isinstance(argument, exp.Literal) else 1


def _length(argument: exp.Expr) -> float:
    return len(argument.name) if isinstance(argument, exp.Literal) else _STORED


def _formatted(arguments: list[exp.Expr], largest: float) -> float:
    template = arguments[0].name if arguments and isinstance(arguments[0], exp.Literal) else ""
    widths = sum(int(width) for width in re.findall(r"\d{1,9}", template))
    return largest * max(1, template.count("%") + template.count("{")) + widths / _STORED

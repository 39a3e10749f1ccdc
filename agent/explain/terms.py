"""A value of a query in plain words: "order total", "number of orders", "month of ordered at"."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlglot import exp

from agent.explain.order import order_words
from agent.explain.periods import day_of
from agent.explain.scope import Relation, Scope
from agent.schema_index.words import humanise
from agent.wording import listed, plural

_OPERATORS: dict[type[exp.Expr], str] = {
    exp.Add: "plus",
    exp.Sub: "minus",
    exp.Mul: "times",
    exp.Div: "divided by",
    exp.IntDiv: "divided (whole) by",
    exp.Mod: "modulo",
    exp.DPipe: "followed by",
}
_AGGREGATES = {"sum": "sum of", "total": "sum of", "avg": "average", "min": "lowest", "max": "highest"}
_OF_DATES = {"lowest": "earliest", "highest": "latest"}
_CONDITIONS = (exp.Predicate, exp.Connector, exp.Not)
_BRANCHES = {"iif", "if"}
_BUCKETS = {"concat", "date_sub"}


def term(node: exp.Expr, scope: Scope) -> str:
    """A value in words, or as SQL where there are none for it."""
    if say := _WORDS.get(type(node)):
        return say(node, scope)
    if type(node) in _OPERATORS:
        sides = (_operand(node.this, scope), _operand(node.expression, scope))
        return _bucket(node, scope) or f" {_OPERATORS[type(node)]} ".join(sides)
    if isinstance(node, _CONDITIONS) and not isinstance(node, exp.SubqueryPredicate):
        return _whether(node, scope)
    return scope.text(node)


def is_aggregate(call: exp.Anonymous) -> bool:
    """Whether a call is one of the usual ones over the rows of a group."""
    return call.name.lower() in {*_AGGREGATES, "count"}


def _rows_of(scope: Scope) -> Relation | None:
    """The relation of which the joined rows are: each belongs to one row of every other; None where there is none."""
    if len(scope.relations) == 1:
        return scope.relations[0]
    if any(relation.table is None or relation.is_outer for relation in scope.relations):
        return None
    parents = {parent for _, parent in scope.joined}
    children = [each for each in scope.relations if each.called not in parents]
    is_whole = len(scope.joined) >= len(scope.relations) - 1
    return children[0] if len(children) == 1 and is_whole else None


def _operand(node: exp.Expr, scope: Scope) -> str:
    said = term(node, scope)
    return f"({said})" if " where " in said and not said.startswith("(") else said


def _paren(node: exp.Expr, scope: Scope) -> str:
    inner = term(node.this, scope)
    return f"({inner})" if isinstance(node.this, exp.Binary) else inner


def _inner(node: exp.Expr, scope: Scope) -> str:
    return term(node.this, scope)


def _column(node: exp.Expr, scope: Scope) -> str:
    return scope.name(node) if isinstance(node, exp.Column) and not node.is_star else scope.text(node)


def _literal(node: exp.Expr, scope: Scope) -> str:
    return f"'{node.name}'" if node.is_string and not day_of(node.name) else node.name


def _negative(node: exp.Expr, scope: Scope) -> str:
    return f"-{node.this.name}" if isinstance(node.this, exp.Literal) else f"minus {term(node.this, scope)}"


def _interval(node: exp.Expr, scope: Scope) -> str:
    unit = node.args.get("unit")
    size = node.this.name if isinstance(node.this, exp.Literal) else term(node.this, scope)
    words = unit.name.lower() if unit is not None else ""
    return f"{size} {words if size == '1' or not words else plural(words)}".strip()


def _extract(node: exp.Expr, scope: Scope) -> str:
    return f"{node.name.lower()} of {term(node.expression, scope)}"


def _filter(node: exp.Expr, scope: Scope) -> str:
    return f"{term(node.this, scope)} where ({scope.voice.condition(node.expression.this, scope)})"


def _tuple(node: exp.Expr, scope: Scope) -> str:
    return f"({listed([term(part, scope) for part in node.expressions])})"


def _whether(node: exp.Expr, scope: Scope) -> str:
    return f"whether {scope.voice.condition(node, scope)}"


def _subquery(node: exp.Expr, scope: Scope) -> str:
    said = scope.voice.query(node, scope)
    inner = node.unnest()
    is_total = isinstance(inner, exp.Select) and not inner.args.get("group") and not inner.args.get("where")
    if is_total and any(map(is_aggregate, inner.find_all(exp.Anonymous))):
        said = f"overall {said}"
    return f"({said})" if "," in said else said


def _if(node: exp.Expr, scope: Scope) -> str:
    return _branch(node.this, node.args["true"], node.args.get("false"), scope)


def _group_concat(node: exp.Expr, scope: Scope) -> str:
    return _template("group_concat", [node.this], scope)


def _branch(when: exp.Expr, then: exp.Expr, otherwise: exp.Expr | None, scope: Scope) -> str:
    said = term(otherwise, scope) if otherwise is not None else "nothing"
    return f"({term(then, scope)} if {scope.voice.condition(when, scope)}, otherwise {said})"


def _cast(node: exp.Expr, scope: Scope) -> str:
    said, kind, to = term(node.this, scope), scope.kind(node.this), node.args["to"].this
    if not isinstance(node.this, exp.Column):
        return said
    if to == exp.DType.DATE and kind != "date":
        return f"day of {said}"
    return f"{said} as a whole number" if to in exp.DataType.INTEGER_TYPES and kind != "integer" else said


def _call(node: exp.Expr, scope: Scope) -> str:
    name = node.name.lower()
    if name == "count" and len(node.expressions) == 1:
        return _count(node.expressions[0], scope)
    if name in _AGGREGATES and len(node.expressions) == 1:
        return _aggregate(name, node.expressions[0], scope)
    if name in _BRANCHES and len(node.expressions) == 3:
        when, then, otherwise = node.expressions
        return _branch(when, then, otherwise, scope)
    return (name in _BUCKETS and _bucket(node, scope)) or _template(name, node.expressions, scope) or scope.text(node)


def _template(name: str, arguments: list[exp.Expr], scope: Scope) -> str:
    """The words that the file has for a call, or none."""
    fixed = [f"'{each.name}'" if each.is_string else each.name if each.is_number else "" for each in arguments]
    free: list[exp.Expr] = []
    pattern = []
    for argument, text in zip(arguments, fixed, strict=True):
        pattern.append(text or f"{{{len(free)}}}")
        if not text:
            free.append(argument)
    words = _calls().get(f"{name}({', '.join(pattern)})")
    if words is None:
        free = arguments
        words = _calls().get(f"{name}({', '.join(f'{{{place}}}' for place in range(len(free)))})")
    if words is None:
        return ""
    said = [term(_ungrouped(each), scope) for each in free]
    if words.startswith("list of"):
        different = "different " if isinstance(arguments[0], exp.Distinct) else ""
        said[0] = f"{different}{_plural(_ungrouped(free[0]), scope)}"
    return re.sub(r"\{(\d)\}", lambda found: said[int(found[1])], words)


def _ungrouped(argument: exp.Expr) -> exp.Expr:
    """An argument without the DISTINCT and ORDER BY that an aggregate may hold."""
    while isinstance(argument, exp.Distinct | exp.Order):
        inner = argument.expressions[0] if isinstance(argument, exp.Distinct) else argument.this
        if inner is None:
            break
        argument = inner
    return argument


def _count(counted: exp.Expr, scope: Scope) -> str:
    if isinstance(counted, exp.Star | exp.Literal):
        relation = _rows_of(scope)
        if relation is not None and relation.table is None and not relation.is_nameless:
            return f"number of rows of {scope.rows(relation)}"
        return f"number of {scope.rows(relation) if relation else 'rows'}"
    if isinstance(counted, exp.Distinct):
        parts = [_many(each, scope) for each in counted.expressions]
        return f"number of different {'combinations of ' if len(parts) > 1 else ''}{listed(parts)}"
    if isinstance(counted, exp.Case) and (found := _only_where(counted, scope)):
        value, where = found
        return f"{_count(value if isinstance(value, exp.Column) else exp.Star(), scope)} where ({where})"
    found_column = scope.table_column(counted)
    column = found_column[0].column(found_column[1]) if found_column else None
    if isinstance(counted, exp.Column) and found_column and column:
        relation = scope.identifies(counted)
        is_known = relation is not None or not column.nullable
        if is_known and relation is not None and any(each.is_outer for each in scope.relations):
            return f"number of {scope.rows(relation)}"
        if is_known and (whole := _rows_of(scope)):
            return f"number of {scope.rows(whole)}"
        return f"number of known {plural(scope.name(counted))}"
    return f"number of {_plural(counted, scope)}"


def _many(counted: exp.Expr, scope: Scope) -> str:
    """Different values of a column: of a key, the rows that it stands for."""
    if isinstance(counted, exp.Column):
        relation = scope.identifies(counted)
        if relation is not None:
            return scope.rows(relation)
        if target := scope.target(counted):
            return plural(humanise(target.name))
    return _plural(counted, scope)


def _plural(node: exp.Expr, scope: Scope) -> str:
    """Values in the plural; what is put together has none."""
    said = term(node, scope)
    return plural(said) if isinstance(node, exp.Column) else said


def _aggregate(name: str, argument: exp.Expr, scope: Scope) -> str:
    words = _AGGREGATES[name]
    different = isinstance(argument, exp.Distinct)
    argument = _ungrouped(argument)
    if name == "sum" and isinstance(argument, exp.Case) and (found := _only_where(argument, scope)):
        value, where = found
        if value.is_number and value.name == "1":
            return f"{_count(exp.Star(), scope)} where ({where})"
        return f"{_aggregate(name, value, scope)} where ({where})"
    if scope.kind(argument) in {"date", "datetime"}:
        words = _OF_DATES.get(words, words)
    said = term(argument, scope)
    if words == "sum of":
        said = _plural(argument, scope)
    if isinstance(argument, exp.Binary):
        said = f"({said})"
    return f"{words} {'different ' if different else ''}{said}"


def _only_where(case: exp.Case, scope: Scope) -> tuple[exp.Expr, str] | None:
    """What a CASE gives under its one condition, and that condition, where it otherwise gives 0 or nothing."""
    default = case.args.get("default")
    is_empty = default is None or isinstance(default, exp.Null) or (default.is_number and default.name == "0")
    branches = case.args["ifs"]
    if case.this is not None or len(branches) != 1 or not is_empty:
        return None
    return branches[0].args["true"], scope.voice.condition(branches[0].this, scope)


def _case(node: exp.Expr, scope: Scope) -> str:
    parts = []
    for branch in node.args["ifs"]:
        when = branch.this if node.this is None else exp.EQ(this=node.this.copy(), expression=branch.this.copy())
        parts.append(f"{term(branch.args['true'], scope)} if {scope.voice.condition(when, scope)}")
    default = node.args.get("default")
    return f"({', '.join(parts)}, otherwise {term(default, scope) if default is not None else 'nothing'})"


def _window(node: exp.Expr, scope: Scope) -> str:
    named = _named_window(node)
    partition, order, spec = (node.args.get(part) or named.get(part) for part in ("partition_by", "order", "spec"))
    said = term(node.this, scope)
    parts = []
    if partition:
        parts.append(f"within each {listed([term(each, scope) for each in partition])}")
    if order:
        parts.append(f"in order of {', then '.join(order_words(key, scope).text for key in order.expressions)}")
        if isinstance(node.this, exp.Anonymous) and is_aggregate(node.this):
            said = f"running {said}"
    if spec:
        parts.append(scope.text(spec))
    return f"{said} ({', '.join(parts)})" if parts else f"{said} over all rows"


def _named_window(node: exp.Expr) -> dict[str, Any]:
    """The parts of the window of the WINDOW clause that a call names."""
    select = node.find_ancestor(exp.Select)
    for window in select.args.get("windows") or () if select and node.alias else ():
        if window.name.casefold() == node.alias.casefold():
            return dict(window.args)
    return {}


def _bucket(node: exp.Expr, scope: Scope) -> str:
    """A quarter such as 2026-Q4, or a week, which engines put together from the parts of one date; else nothing."""
    columns = {scope.text(column): column for column in node.find_all(exp.Column)}
    if len(columns) != 1:
        return ""
    texts = [each.name for each in node.find_all(exp.Literal) if each.is_string]
    calls = {each.name.lower() for each in node.find_all(exp.Anonymous)}
    spans = sum(1 for each in node.find_all(exp.Interval) if each.this and each.this.name.lower() in {"1", "1 day"})
    # A week from Sunday is one from Monday of the next day, less that day.
    is_week = isinstance(node, exp.Sub) and "week" in texts and spans == 2
    is_week |= calls == {"date_sub", "date", "weekday"} or calls == {"date_sub", "date", "dayofweek"}
    unit = "quarter" if "-Q" in texts else "week" if is_week else ""
    return f"{unit} of {term(next(iter(columns.values())), scope)}" if unit else ""


@cache
def _calls() -> dict[str, str]:
    text = files(__package__).joinpath("calls.yaml").read_text("utf-8")
    calls: dict[str, str] = yaml.safe_load(text)
    return calls


_WORDS: dict[type[exp.Expr], Callable[[exp.Expr, Scope], str]] = {
    exp.Paren: _paren,
    exp.Alias: _inner,
    exp.Collate: _inner,
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Boolean: lambda node, scope: str(node.this).lower(),
    exp.Null: lambda node, scope: "nothing",
    exp.Neg: _negative,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Interval: _interval,
    exp.Extract: _extract,
    exp.CurrentDate: lambda node, scope: "today",
    exp.CurrentTimestamp: lambda node, scope: "now",
    exp.Anonymous: _call,
    exp.Filter: _filter,
    exp.Window: _window,
    exp.Case: _case,
    exp.If: _if,
    exp.GroupConcat: _group_concat,
    exp.Subquery: _subquery,
    exp.Tuple: _tuple,
    exp.Exists: _whether,
}

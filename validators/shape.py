"""The shape of the tree: no larger than a report needs, and bound as the engines bind it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from agent.records import Finding
from agent.validators.source import Source

MAX_RELATIONS = 200
MAX_QUERIES = 100
MAX_COLUMNS = 500
MAX_STARS = 50
MAX_NATURAL = 20

# The tree is walked without recursion, but written with it.
MAX_DEPTH = 200

# Names of outputs are resolved by writing out what they stand for, which doubles where one is used twice.
MAX_WRITTEN_OUT = 2_000


def shape(source: Source) -> Iterator[Finding]:
    """Refuse a tree that is too large to check or to write, and operators that engines bind another way."""
    if source.tree is not None:
        yield from _counts(source.tree)
        yield from _misread(source.tree)
        if _depth(source.tree) > MAX_DEPTH:
            yield _finding(f"the expression is more than {MAX_DEPTH} levels deep", "use IN (...) for long lists")


def _counts(tree: exp.Expr) -> Iterator[Finding]:
    tables = queries = columns = stars = compared = 0
    for node in tree.find_all(exp.Table, exp.CTE, exp.Select, exp.Tuple, exp.Join):
        match node:
            case exp.Table():
                tables += 1
            case exp.CTE():
                queries += 1
            case exp.Select() | exp.Tuple():
                columns = max(columns, len(node.expressions))
                stars += sum(each.is_star for each in node.expressions)
            case exp.Join():
                compared += bool(node.method == "NATURAL" or node.args.get("using"))
    counted = (
        (tables, MAX_RELATIONS, "tables are named", "read fewer tables"),
        (queries, MAX_QUERIES, "WITH queries are defined", "define fewer"),
        (columns, MAX_COLUMNS, "columns stand in one row", "name fewer columns"),
        (stars, MAX_STARS, "* are written", "name the columns"),
        (compared, MAX_NATURAL, "joins are NATURAL or by USING", "join by ON"),
    )
    for count, most, what, hint in counted:
        if count > most:
            yield Finding("limits", f"{count:,} {what}, and at most {most} may be", hint)


def _misread(tree: exp.Expr) -> Iterator[Finding]:
    """What engines read otherwise than the parser, or not at all, found in the tree."""
    found: dict[Finding, None] = {}
    for node in tree.find_all(exp.Not, exp.BitwiseNot, exp.Neg, exp.Is, exp.Select):
        found |= dict.fromkeys(_misread_node(node))
    yield from found


def _misread_node(node: exp.Expr) -> Iterator[Finding]:
    match node:
        # `a = b NOT IN (c)` is written as `a = NOT b IN (c)`, where engines bind the operators another way.
        case exp.Not() if _is_operand(node):
            yield _finding("NOT stands between other operators", "put parentheses around each comparison")
        case exp.BitwiseNot(this=exp.Neg() | exp.BitwiseNot()) | exp.Neg(this=exp.BitwiseNot()):
            yield _finding("two signs stand side by side", "put parentheses around the second")
        case exp.Is() if isinstance(_first(node.expression), exp.Cast):
            yield _finding("IS is followed by a cast", "put parentheses around each comparison")
        case exp.Select() if not node.expressions:
            yield _finding("a SELECT names no columns", "name the columns to read")
        case exp.Select() if _written_out(node) > MAX_WRITTEN_OUT:
            yield _finding("the outputs of a SELECT are made of each other too often", "use WITH to name the steps")


def _first(node: exp.Expr) -> exp.Expr:
    """What stands first in an operation."""
    while isinstance(node, exp.Binary):
        node = node.this
    return node


def _written_out(select: exp.Select) -> int:
    """How many names the largest output has once those of the outputs before it are written out."""
    sizes: dict[str, int] = {}
    largest = 0
    for projection in select.expressions:
        columns = projection.find_all(exp.Column)
        size = 1 + sum(sizes.get(column.name.lower(), 1) for column in columns if not column.table)
        largest = max(largest, size)
        if isinstance(projection, exp.Alias):
            sizes[projection.alias.lower()] = size
    return largest if len(sizes) > 1 else 0


def _is_operand(node: exp.Not) -> bool:
    inner = node.this
    if isinstance(inner, exp.Predicate | exp.RegexpLike) and isinstance(inner.this.unnest(), exp.Not):
        return True
    if isinstance(inner, exp.Predicate | exp.RegexpLike) and isinstance(inner.this, exp.Predicate | exp.Escape):
        return True
    parent = node.parent
    if isinstance(parent, exp.Connector | exp.Not | exp.Paren):
        return False
    return isinstance(parent, exp.Binary | exp.Unary | exp.Predicate)


def _depth(tree: exp.Expr) -> int:
    depths: dict[int, int] = {}
    for node in tree.walk():
        depths[id(node)] = depths.get(id(node.parent), 0) + 1
    return max(depths.values())


def _finding(message: str, hint: str) -> Finding:
    return Finding("statement", message, hint)

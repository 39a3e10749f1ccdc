"""DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.tokenizer_core import Token, TokenType

from agent.records import Finding
from agent.validators.grammar import Grammar, unread
from agent.validators.types import types

_FOLDS = ("array_reduce", "list_reduce", "reduce")
_OUTER_RIGHT = ("RIGHT", "FULL")
# What keeps the size of a value that is carried from step to step.
_STEADY = {"abs", "ceil", "coalesce", "floor", "greatest", "if", "ifnull", "least", "mod", "round"}


class _DuckDB(DuckDB):
    to_json_path = unread


def _restore(tree: exp.Expr, tokens: list[Token]) -> None:
    for node in list(tree.walk()):
        match node:
            case exp.If() if not isinstance(node.parent, exp.Case):
                node.replace(_call("if", node.this, node.args.get("true"), node.args.get("false")))
            case exp.StrPosition():
                node.replace(_call("strpos", node.this, node.args["substr"]))
            case exp.StartsWith():
                node.replace(_call("starts_with", node.this, node.expression))
            case exp.Trim() if node.args.get("position") == "BOTH":
                node.set("position", None)
            case exp.Fetch() if node.args.get("count") and not _options(node) & {"percent", "with_ties"}:
                node.replace(exp.Limit(expression=node.args["count"]))
            case exp.Comprehension():
                _read_as_calls(node)
            case exp.Select():
                _join_as_written(node)
    for dot in reversed(list(tree.find_all(exp.Dot, bfs=False))):
        _read_as_field(dot)


def _call(name: str, *arguments: exp.Expr | None) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[argument for argument in arguments if argument is not None])


def _options(fetch: exp.Fetch) -> set[str]:
    options = fetch.args.get("limit_options")
    return {name for name, value in options.args.items() if value} if options else set()


def _read_as_calls(comprehension: exp.Comprehension) -> None:
    """Write [f(x) for x in l if g(x)] as calls of functions, which is what the engine makes of it."""
    taken, around = comprehension.args.get("condition"), comprehension.parent
    arguments = [name for name in (comprehension.expression, comprehension.args.get("position")) if name]
    if not isinstance(around, exp.Array) or len(around.expressions) != 1 or (taken and len(arguments) > 1):
        return
    own = {name.name.lower() for name in arguments}
    for part in (comprehension.this, taken):
        for column in list(part.find_all(exp.Column)) if part else ():
            if column.parts[0].name.lower() in own:
                column.replace(column.to_dot() if column.table else column.this)
    elements = comprehension.args["iterator"]
    if taken:
        elements = _call("list_filter", elements, _lambda(comprehension.args["condition"], arguments))
    around.replace(_call("list_transform", elements, _lambda(comprehension.this, arguments)))


def _lambda(body: exp.Expr, arguments: list[exp.Expr]) -> exp.Lambda:
    return exp.Lambda(this=body, expressions=[name.copy() for name in arguments])


def _join_as_written(select: exp.Select) -> None:
    """Give a query that begins with FROM its joins, and join by CROSS JOIN what sqlglot would join by ON TRUE."""
    from_ = select.args.get("from_")
    while from_ and isinstance(from_.this, exp.Subquery) and isinstance(from_.this.this, exp.Table | exp.Subquery):
        # Parentheses around the first joins say nothing.
        if any(value for part, value in from_.this.args.items() if part != "this"):
            break
        from_.set("this", from_.this.this)
    if from_ and (joins := from_.this.args.get("joins")):
        from_.this.set("joins", None)
        select.set("joins", [*joins, *(select.args.get("joins") or ())])
    following: list[exp.Join] = []
    for join in reversed(select.args.get("joins") or ()):
        is_comma = not any(join.args.get(part) for part in ("on", "using", "side", "kind", "method"))
        # A comma binds weaker than a join, and only those of the right side tell the difference.
        if is_comma and isinstance(join.this, exp.Unnest) and not any(one.side in _OUTER_RIGHT for one in following):
            join.set("kind", "CROSS")
        following.append(join)


def _read_as_field(dot: exp.Dot) -> None:
    """Write a field of a lambda's argument as x['a'], for the engine would take x.a for a column of a table x."""
    if isinstance(dot.this, exp.Identifier | exp.Bracket) and isinstance(dot.expression, exp.Identifier):
        field = exp.Literal.string(dot.expression.name)
        dot.replace(exp.Bracket(this=dot.this, expressions=[field]))


def _misread(tree: exp.Expr, tokens: list[Token]) -> Iterator[Finding]:
    if any(token.text.upper() == "LAMBDA" for token in tokens) and any(
        token.token_type == TokenType.ARROW for token in tokens
    ):
        yield _finding("-> stands beside lambda", "write json_extract(a, '$.b') for a -> 'b'")
    for dot in tree.find_all(exp.Dot):
        if isinstance(dot.expression, exp.Func):
            name = dot.expression.name or dot.expression.sql_name()
            yield _finding(f"{name}() is called behind a dot", f"write {name}(…) with all arguments in parentheses")
        elif not isinstance(dot.expression, exp.Identifier):
            yield _finding("a star stands behind a value", "name the fields, as in (value).field")
    named = {table.alias_or_name.lower() for table in tree.find_all(exp.Table, exp.Subquery, exp.UDTF, exp.CTE)}
    for node in tree.find_all(exp.Lambda):
        if node.find(exp.Query):
            yield _finding("a query stands in a lambda", "join its rows to the query around it")
        for argument in node.expressions:
            if argument.name.lower() in named:
                yield _finding(f"{argument.name} is called as a table is", "call it by another name")
    for call in tree.find_all(exp.Anonymous):
        if call.name.lower() in _FOLDS and any(_grows(fold) for fold in call.expressions):
            yield _finding(
                f"what {call.name}() carries on may grow in each step", "use it once, in a sum or behind a single ||"
            )
    if any(
        star.token_type == TokenType.STAR and word.text.upper() == "COLUMNS" and before.text in (",", "(", "SELECT")
        for before, star, word in zip(tokens, tokens[1:], tokens[2:], strict=False)
    ):
        yield _finding("a star stands before COLUMNS", "name the columns")
    yield from types(tree, "duckdb")


def _grows(fold: exp.Expr) -> bool:
    """Whether the first argument of a lambda may be part of its own value in more than one copy."""
    if not isinstance(fold, exp.Lambda) or not fold.expressions:
        return False
    carried = fold.expressions[0].name.lower()
    uses = [name for name in fold.this.find_all(exp.Identifier) if name.name.lower() == carried]
    for use in uses:
        around = use.parent
        while around is not None and around is not fold:
            is_steady = around.name.lower() in _STEADY if isinstance(around, exp.Anonymous) else True
            is_joined = isinstance(around, exp.DPipe | exp.Add) and _count(around, carried) > 1
            if is_joined or not is_steady or isinstance(around, exp.Lambda | exp.Array | exp.Struct):
                return True
            around = around.parent
    return False


def _count(node: exp.Expr, name: str) -> int:
    return sum(part.name.lower() == name for part in node.find_all(exp.Identifier))


def _finding(message: str, hint: str) -> Finding:
    return Finding("statement", message, hint)


GRAMMAR = Grammar(
    lists="duckdb",
    dialect=_DuckDB,
    quotations=r"""'(?:[^']|'')*' | "(?:[^"]|"")*\"""",
    openings=("SELECT", "WITH", "FROM"),
    default_schema="main",
    system=r"(?:.*\.)?(?:duckdb|pragma|sqlite)_.*|(?:information_schema|pg_catalog)\..*|pg_.*",
    values_columns=("col", 0),
    restore=_restore,
    spelling={
        # sqlglot would write what `~` means in the newest version alone.
        exp.RegexpLike: "{this} ~ {expression}",
        exp.Extract: "EXTRACT({this} FROM {expression})",
        exp.CurrentTime: "CURRENT_TIME",
        exp.Pow: "{this} ^ {expression}",
        exp.JSONExtract: "{this} -> {expression}",
        exp.JSONExtractScalar: "{this} ->> {expression}",
        exp.WithinGroup: "{this} WITHIN GROUP ({expression})",
        exp.IgnoreNulls: "{this} IGNORE NULLS",
        exp.RespectNulls: "{this} RESPECT NULLS",
    },
    misread=_misread,
)

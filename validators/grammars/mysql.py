"""MySQL and MariaDB."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from sqlglot import exp
from sqlglot.dialects.mysql import MySQL
from sqlglot.tokenizer_core import Token, TokenType

from agent.records import Finding
from agent.validators.grammar import CALLS_WITH_SYNTAX, Grammar, units, unread
from agent.validators.types import types


class _MySQL(MySQL):
    to_json_path = unread


# The types that CAST knows by one name, so that a tree stays equal to what is read from its SQL.
_CASTS = {
    exp.DType.INT: exp.DType.BIGINT,
    exp.DType.SMALLINT: exp.DType.BIGINT,
    exp.DType.TINYINT: exp.DType.BIGINT,
    exp.DType.VARCHAR: exp.DType.CHAR,
    exp.DType.TEXT: exp.DType.CHAR,
}


def _restore(tree: exp.Expr, tokens: list[Token]) -> None:
    units(tree)
    words = [token.text.upper() for token in tokens]
    if "CHARSET" not in words and ("CHARACTER", "SET") not in pairwise(words):
        for cast in list(tree.find_all(exp.Cast)):
            _convert(cast)
    for node in list(tree.walk()):
        if put_right := _RESTORE.get(type(node)):
            put_right(node)


def _convert(cast: exp.Cast) -> None:
    """Keep CONVERT(a USING b), which gives a number other decimals than CAST(a AS CHAR CHARACTER SET b) does."""
    if cast.to.this == exp.DType.CHARACTER_SET:
        cast.replace(exp.ConvertToCharset(this=cast.this, dest=cast.to.args["kind"]))


def _cast(node: exp.Expr) -> None:
    if isinstance(node, exp.Cast) and node.to.this == exp.DType.TIMESTAMPTZ:
        node.replace(_call("TIMESTAMP", node.this))


def _type(node: exp.Expr) -> None:
    if isinstance(node.parent, exp.Cast):
        node.set("this", _CASTS.get(node.this, node.this))


def _separator(node: exp.Expr) -> None:
    if node.args.get("separator") is None:
        node.set("separator", exp.Literal.string(","))


def _concat(node: exp.Expr) -> None:
    """Only GROUP_CONCAT(a, b) makes such a node. DISTINCT compares its parts one by one, and not their text."""
    if isinstance(node.parent, exp.Distinct):
        node.parent.set("expressions", node.expressions)
    else:
        node.replace(_call("CONCAT", *node.expressions))


def _position(node: exp.Expr) -> None:
    node.replace(_call("LOCATE", node.args["substr"], node.this))


def _trim(node: exp.Expr) -> None:
    """Without a text to take away it is blanks, and written by another name."""
    if node.expression is None:
        node.replace(_call(_TRIMS[node.args.get("position") or "BOTH"], node.this))


def _soundex(node: exp.Expr) -> None:
    node.replace(_call("SOUNDEX", node.this))


def _parentheses(node: exp.Expr) -> None:
    """Take away those that the text does not have, so that what they hide is seen; its own bear a comment."""
    if not node.comments and (
        isinstance(node.parent, exp.NullSafeEQ)
        or (_is_negated(node.this) and isinstance(node.parent, exp.Predicate | exp.RegexpLike))
    ):
        node.replace(node.this)


def _some(node: exp.Expr) -> None:
    if isinstance(node.this, exp.Query) and not isinstance(node.this, exp.Subquery):
        node.set("this", exp.Subquery(this=node.this))


def _interval(node: exp.Expr) -> None:
    if node.this and not isinstance(node.this, exp.Literal | exp.Column | exp.Neg | exp.Paren | exp.Tuple):
        node.set("this", exp.Paren(this=node.this))


def _divide(node: exp.Expr) -> None:
    """Its operands are written in parentheses."""
    for part in ("this", "expression"):
        if isinstance(operand := node.args[part], exp.Binary):
            node.set(part, exp.Paren(this=operand))


def _dual(node: exp.Expr) -> None:
    """Leave out the table without columns that stands for none."""
    table, select = node.this, node.parent
    if not isinstance(select, exp.Select) or select.is_star or select.args.get("joins"):
        return
    if isinstance(table, exp.Table) and not table.args.get("db") and not table.args.get("alias"):
        name = table.this
        if isinstance(name, exp.Identifier) and not name.quoted and name.name.upper() == "DUAL":
            node.pop()


def _binary(node: exp.Expr) -> None:
    """Read the operator before parentheses as one, and not as a call."""
    if node.name.upper() == "BINARY" and len(node.expressions) == 1:
        node.replace(exp.Cast(this=node.expressions[0], to=exp.DType.BINARY.into_expr()))


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


_TRIMS = {"LEADING": "LTRIM", "TRAILING": "RTRIM", "BOTH": "TRIM"}
_RESTORE: dict[type[exp.Expr], Callable[[exp.Expr], None]] = {
    exp.Anonymous: _binary,
    exp.Cast: _cast,
    exp.DataType: _type,
    exp.GroupConcat: _separator,
    exp.Concat: _concat,
    exp.StrPosition: _position,
    exp.Trim: _trim,
    exp.Soundex: _soundex,
    exp.Any: _some,
    exp.Paren: _parentheses,
    exp.Interval: _interval,
    exp.IntDiv: _divide,
    exp.From: _dual,
}


def _misread(tree: exp.Expr, tokens: list[Token]) -> Iterator[Finding]:
    yield from _misread_words(tokens)
    yield from _misread_operators(tree, tokens)
    yield from _misread_tables(tree)
    if tree.find(exp.Filter):
        yield _finding("MySQL has no FILTER", "write SUM(CASE WHEN condition THEN value END)")
    yield from _cases(tree)
    yield from types(tree, "mysql")


def _misread_words(tokens: list[Token]) -> Iterator[Finding]:
    kinds = {token.token_type for token in tokens}
    words = [token.text.upper() for token in tokens]
    if TokenType.DPIPE in kinds:
        yield _finding("|| means OR in MySQL", "join texts with CONCAT(a, b), or write OR")
    if TokenType.DCOLON in kinds:
        yield _finding("MySQL has no ::", "write CAST(a AS CHAR)")
    if kinds & {TokenType.ARROW, TokenType.DARROW}:
        yield _finding("-> is unknown to MariaDB", "write JSON_EXTRACT(a, '$.b'), or JSON_VALUE(a, '$.b') for text")
    if any(pair in (("NULLS", "FIRST"), ("NULLS", "LAST")) for pair in pairwise(words)):
        yield _finding("MySQL has no NULLS FIRST and NULLS LAST", "write ORDER BY a IS NULL, a")
    signless = [word for word in words if word != "-"]
    if any(word == "INTERVAL" and _is_fraction(number) for word, number in pairwise(signless)):
        # Written back as a string, of which the engine reads no fraction.
        yield _finding("an INTERVAL has a fraction", "write it in a smaller unit, such as INTERVAL 36 HOUR")
    if any(
        token.token_type == TokenType.HEX_STRING and token.end - token.start <= len(token.text) + 1 for token in tokens
    ):
        # A number when written 0x41, and text when written x'41', which the tree does not tell apart.
        yield _finding("a number is written in hexadecimal", "write it in decimal")


def _misread_operators(tree: exp.Expr, tokens: list[Token]) -> Iterator[Finding]:
    """The operators to which the parser gives a place that is not their own."""
    if any(token.token_type == TokenType.NOT and token.text == "!" for token in tokens):
        yield _finding("! stands before a value", "write NOT")
    sounded = (part for call in tree.find_all(exp.Anonymous) if call.name == "SOUNDEX" for part in call.expressions)
    if any(_is_negated(node.this) for node in tree.find_all(exp.Predicate, exp.RegexpLike)) or any(
        isinstance(part, exp.Not | exp.Predicate) for part in sounded
    ):
        yield _finding("NOT stands between other operators", "put parentheses around each comparison")
    if any(map(_is_comparison, (part for node in tree.find_all(exp.NullSafeEQ) for part in node.args.values()))):
        yield _finding("<=> stands beside another comparison", "put parentheses around each comparison")
    if any(_is_binary(node.this) for node in tree.find_all(exp.Collate)):
        yield _finding("COLLATE follows a cast", "put parentheses around the value with its COLLATE")


def _misread_tables(tree: exp.Expr) -> Iterator[Finding]:
    if any(join.side == "FULL" for join in tree.find_all(exp.Join)):
        yield _finding("MySQL has no FULL JOIN", "join from the left and from the right, and UNION the two")
    if any(not isinstance(node.parent, exp.Table) for node in tree.find_all(exp.JSONTable)):
        yield _finding("JSON_TABLE() stands outside FROM", "read it as a table, or use JSON_EXTRACT(a, '$.b')")
    if any("**" in part.text("path") for part in tree.find_all(exp.JSONTable, exp.JSONColumnDef)):
        # Each NESTED PATH with it takes the parts of the parts again.
        yield _finding("a path of JSON_TABLE() holds **", "name the steps of the path, such as '$.items[*]'")


def _is_negated(node: exp.Expr | None) -> bool:
    """Whether it is a NOT LIKE or the like: the parser binds `a NOT LIKE b IN (c)` to the left, not to the right."""
    while isinstance(node, exp.Escape):
        node = node.this
    return isinstance(node, exp.Not) or (isinstance(node, exp.Like) and bool(node.args.get("negate")))


def _is_comparison(node: exp.Expr) -> bool:
    """Whether <=> beside it may be bound otherwise: to the parser it is less than < and >, to MySQL the same."""
    return isinstance(node, exp.Binary) and isinstance(node, exp.Predicate)


def _is_binary(node: exp.Expr) -> bool:
    """Whether it may be the operator BINARY, which the engine binds less than COLLATE."""
    while isinstance(node, exp.Neg | exp.BitwiseNot):
        node = node.this
    return isinstance(node, exp.Cast) and node.to.this == exp.DType.BINARY


def _is_fraction(word: str) -> bool:
    return re.fullmatch(r"-?(?:\d*\.\d*|\d+(?:\.\d*)?E[-+]?\d+)", word) is not None


def _cases(tree: exp.Expr) -> Iterator[Finding]:
    """Refuse the name of a WITH query in another case: to MySQL it is another name, to MariaDB the same."""
    defined = {cte.alias.lower(): cte.alias for cte in tree.find_all(exp.CTE)}
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    named |= {table.name for table in tree.find_all(exp.Table) if not table.args.get("db")}
    for name in sorted(named):
        other = defined.get(name.lower(), name)
        if name != other:
            yield _finding(f"{name} and {other} differ in case alone", "give each WITH query a name of its own")


def _finding(message: str, hint: str) -> Finding:
    return Finding("statement", message, hint)


GRAMMAR = Grammar(
    lists="mysql",
    dialect=_MySQL,
    quotations=r"""'(?:[^'\\]|''|\\.)*' | "(?:[^"\\]|""|\\.)*" | `(?:[^`]|``)*`""",
    comments=r"(?:--(?=\s|\Z)|\#)[^\n]*",
    system=r"(?:information_schema|performance_schema|mysql|sys)\..*",
    columns_ignore_case=True,
    calls_with_syntax=CALLS_WITH_SYNTAX | {"CONVERT", "GROUP_CONCAT", "JSON_TABLE", "MATCH", "SUBSTR"},
    restore=_restore,
    spelling={
        # REGEXP_LIKE, which sqlglot would write, is unknown to MariaDB.
        exp.RegexpLike: "{this} REGEXP {expression}",
        exp.ConvertToCharset: "CONVERT({this} USING {dest})",
        exp.CurrentTime: "CURRENT_TIME",
        exp.CurrentTimestamp: "CURRENT_TIMESTAMP",
    },
    misread=_misread,
)

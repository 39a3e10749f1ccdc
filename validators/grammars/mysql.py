"""MySQL and MariaDB."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    for node in list(tree.walk()):
        if isinstance(node, exp.Cast) and node.to.this == exp.DType.TIMESTAMPTZ:
            node.replace(exp.Anonymous(this="TIMESTAMP", expressions=[node.this]))
        elif isinstance(node, exp.DataType) and node.this in _CASTS:
            node.set("this", _CASTS[node.this])
        elif isinstance(node, exp.GroupConcat) and node.args.get("separator") is None:
            node.set("separator", exp.Literal.string(","))
        elif isinstance(node, exp.StrPosition):
            node.replace(exp.Anonymous(this="LOCATE", expressions=[node.args["substr"], node.this]))


def _misread(tree: exp.Expr, tokens: list[Token]) -> Iterator[Finding]:
    kinds = {token.token_type for token in tokens}
    words = [token.text.upper() for token in tokens]
    if TokenType.DPIPE in kinds:
        yield _finding("|| means OR in MySQL", "join texts with CONCAT(a, b), or write OR")
    if any(token.token_type == TokenType.NOT and token.text == "!" for token in tokens):
        # The parser gives it a place among the operators that is not its own.
        yield _finding("! stands before a value", "write NOT")
    if any(isinstance(node.this, exp.Cast) for node in tree.find_all(exp.Collate)):
        yield _finding("COLLATE follows a cast", "put parentheses around the value with its COLLATE")
    if kinds & {TokenType.ARROW, TokenType.DARROW}:
        yield _finding("-> is unknown to MariaDB", "write JSON_EXTRACT(a, '$.b'), or JSON_VALUE(a, '$.b') for text")
    if any(pair in (("NULLS", "FIRST"), ("NULLS", "LAST")) for pair in pairwise(words)):
        yield _finding("MySQL has no NULLS FIRST and NULLS LAST", "write ORDER BY a IS NULL, a")
    if any(join.side == "FULL" for join in tree.find_all(exp.Join)):
        yield _finding("MySQL has no FULL JOIN", "join from the left and from the right, and UNION the two")
    signless = [word for word in words if word != "-"]
    if any(word == "INTERVAL" and _is_fraction(number) for word, number in pairwise(signless)):
        # Written back as a string, of which the engine reads no fraction.
        yield _finding("an INTERVAL has a fraction", "write it in a smaller unit, such as INTERVAL 36 HOUR")
    if any(
        token.token_type == TokenType.HEX_STRING and token.end - token.start <= len(token.text) + 1 for token in tokens
    ):
        # A number when written 0x41, and text when written x'41', which the tree does not tell apart.
        yield _finding("a number is written in hexadecimal", "write it in decimal")
    yield from _cases(tree)
    yield from types(tree, "mysql")


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
    calls_with_syntax=CALLS_WITH_SYNTAX | {"GROUP_CONCAT"},
    restore=_restore,
    spelling={
        # REGEXP_LIKE, which sqlglot would write, is unknown to MariaDB.
        exp.RegexpLike: "{this} REGEXP {expression}",
        exp.CurrentTime: "CURRENT_TIME",
        exp.CurrentTimestamp: "CURRENT_TIMESTAMP",
    },
    misread=_misread,
)

"""SQLite."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite
from sqlglot.tokenizer_core import Token, TokenType

from agent.records import Finding
from agent.validators.data import words
from agent.validators.grammar import Grammar, unread


class _SQLite(SQLite):
    to_json_path = unread


CASTS = words("types/sqlite.txt")

# Types of one affinity (sqlite.org/datatype3.html), so that a tree stays equal to what is read from its SQL.
_AFFINITIES = {
    exp.DType.BIGINT: exp.DType.INT,
    exp.DType.SMALLINT: exp.DType.INT,
    exp.DType.TINYINT: exp.DType.INT,
    exp.DType.VARCHAR: exp.DType.TEXT,
    exp.DType.CHAR: exp.DType.TEXT,
    exp.DType.NCHAR: exp.DType.TEXT,
    exp.DType.NVARCHAR: exp.DType.TEXT,
}


def _restore(tree: exp.Expr, tokens: list[Token]) -> None:
    crosses = any(token.token_type == TokenType.CROSS for token in tokens)
    # In SQLite, CROSS JOIN also fixes the order of the loops, which a comma does not.
    for join in tree.find_all(exp.Join) if not crosses else ():
        if join.kind == "CROSS":
            join.set("kind", None)
    for kind in list(tree.find_all(exp.DataType)):
        if kind.this == exp.DType.DECIMAL:
            # sqlglot would write REAL, which turns the division of whole numbers into another one.
            kind.replace(exp.DataType(this=exp.DType.USERDEFINED, kind="NUMERIC"))
        elif kind.this in _AFFINITIES:
            kind.set("this", _AFFINITIES[kind.this])


def _misread(tree: exp.Expr, tokens: list[Token]) -> Iterator[Finding]:
    casts = list(_cast_types(tokens))
    for word in sorted(set(casts) - CASTS):
        yield Finding(
            "statement", f"a cast to {word} means something else in SQLite", "cast to INTEGER, REAL, NUMERIC or TEXT"
        )
    if len(casts) != sum(1 for _ in tree.find_all(exp.Cast)):
        yield Finding(
            "statement", "a type is given without CAST", "write CAST(x AS type), or date('2024-01-31') for a day"
        )


def _cast_types(tokens: list[Token]) -> Iterator[str]:
    """The word after the AS of every CAST."""
    opened: list[bool] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.token_type == TokenType.L_PAREN:
            opened.append(before is not None and before.text.upper() == "CAST")
        elif token.token_type == TokenType.R_PAREN and opened:
            opened.pop()
        elif before is not None and before.token_type == TokenType.ALIAS and opened and opened[-1]:
            yield token.text.split(maxsplit=1)[0].upper()


GRAMMAR = Grammar(
    lists="sqlite",
    dialect=_SQLite,
    quotations=r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\]""",
    default_schema="main",
    system=r"(?:.*\.)?(?:sqlite|pragma)_.*|dbstat|temp\..*",
    limits_recursion=True,
    restore=_restore,
    misread=_misread,
)

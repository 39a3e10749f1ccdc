"""DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.tokenizer_core import Token, TokenType

from agent.records import Finding
from agent.validators.grammar import Grammar, unread
from agent.validators.types import types


class _DuckDB(DuckDB):
    to_json_path = unread


def _restore(tree: exp.Expr, tokens: list[Token]) -> None:
    for node in list(tree.walk()):
        if isinstance(node, exp.If) and not isinstance(node.parent, exp.Case):
            node.replace(_call("if", node.this, node.args.get("true"), node.args.get("false")))
        elif isinstance(node, exp.StrPosition):
            node.replace(_call("strpos", node.this, node.args["substr"]))
        elif isinstance(node, exp.Trim) and node.args.get("position") == "BOTH":
            node.set("position", None)


def _call(name: str, *arguments: exp.Expr | None) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[argument for argument in arguments if argument is not None])


def _misread(tree: exp.Expr, tokens: list[Token]) -> Iterator[Finding]:
    if any(token.text.upper() == "LAMBDA" for token in tokens) and any(
        token.token_type == TokenType.ARROW for token in tokens
    ):
        yield Finding("statement", "-> stands beside lambda", "write json_extract(a, '$.b') for a -> 'b'")
    yield from types(tree, "duckdb")


GRAMMAR = Grammar(
    lists="duckdb",
    dialect=_DuckDB,
    quotations=r"""'(?:[^']|'')*' | "(?:[^"]|"")*\"""",
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

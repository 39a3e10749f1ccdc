"""PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.tokenizer_core import Token, TokenType

from agent.records import Finding
from agent.validators.data import words
from agent.validators.grammar import Grammar, respelled, unread
from agent.validators.types import types


class _Postgres(Postgres):
    to_json_path = unread


_FIELDS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_NO_FIELD = "WHOLE"

_SIGNS = frozenset("+-*/<>=~!@#%^&|`?")
_QUOTED = (TokenType.STRING, TokenType.IDENTIFIER)

_ROLES = ("user", "current_role", "system_user")
# Before a text, these do not cut it to one character, which they do in a cast.
_SHORT = ("CHAR", "CHARACTER", "NCHAR")

_TRIMS = {"LEADING": "ltrim", "TRAILING": "rtrim"}


def _intervals(tokens: list[Token]) -> list[int]:
    """Where in the tokens the text of an INTERVAL stands."""
    return [
        position + 1
        for position, (word, text) in enumerate(pairwise(tokens))
        if word.token_type == TokenType.INTERVAL and text.token_type == TokenType.STRING
    ]


def _prepare(tokens: list[Token]) -> list[Token]:
    """Say ANY for SOME, and put numbers in place of the texts of intervals, of which sqlglot loses a part."""
    prepared = list(tokens)
    for position, (word, following) in enumerate(pairwise(tokens)):
        if word.token_type == TokenType.SOME and following.token_type == TokenType.L_PAREN:
            prepared[position] = Token(TokenType.ANY, "ANY", word.line, word.col, word.start, word.end, [])
    for position in _intervals(tokens):
        follower = tokens[position + 1].text.upper() if position + 1 < len(tokens) else ""
        # With a unit in the text, the parser takes no word that follows for one.
        number = str(position) if follower in _FIELDS else f"{position} {_NO_FIELD}"
        prepared[position] = respelled(tokens[position], number)
    return prepared


def _restore(tree: exp.Expr, tokens: list[Token]) -> None:
    positions = {str(position) for position in _intervals(tokens)}
    for node in list(tree.walk()):
        if isinstance(node, exp.Interval) and node.name in positions:
            _restore_interval(node, tokens[int(node.name)].text)
        elif isinstance(node, exp.Trim) and node.args.get("position"):
            _restore_trim(node)
        elif isinstance(node, exp.Table) and isinstance(node.this, exp.Anonymous):
            _restore_alias(node, node.this)
        elif isinstance(node, exp.ParseJSON):
            node.replace(exp.Cast(this=node.this, to=exp.DataType(this=exp.DType.JSON, nested=False)))
        elif isinstance(node, exp.PropertyEQ) and isinstance(node.parent, exp.Anonymous):
            # Both `=>` and `:=` name an argument.
            node.replace(exp.Kwarg(this=exp.Var(this=node.name), expression=node.expression))


def _restore_alias(node: exp.Table, call: exp.Anonymous) -> None:
    """Name a relation that has columns alone: by itself, a function in FROM is called by its own name."""
    alias = node.args.get("alias")
    if alias and alias.this is None:
        alias.set("this", exp.to_identifier(call.name.lower()))


def _restore_interval(node: exp.Interval, text: str) -> None:
    unit = node.args.get("unit")
    field = unit.name if isinstance(unit, exp.Var) else "" if unit is None else "two units"
    if field in _FIELDS and re.fullmatch(r"[-+]?\d+", text):
        text, field = f"{text} {field.lower()}", _NO_FIELD
    node.set("unit", None if field in (_NO_FIELD, "") else exp.Var(this=field))
    node.set("this", exp.Literal.string(text))


def _restore_trim(node: exp.Trim) -> None:
    name = _TRIMS.get(node.text("position"))
    if name is None:
        node.set("position", None)
    else:
        arguments = [part for part in (node.this, node.expression) if part is not None]
        node.replace(exp.Anonymous(this=name, expressions=arguments))


def _misread(tree: exp.Expr, tokens: list[Token]) -> Iterator[Finding]:
    yield from _misread_tokens(tokens)
    intervals = list(tree.find_all(exp.Interval))
    if len(intervals) != len(_intervals(tokens)):
        yield _finding(
            "an INTERVAL is not a single text, or is added to a plain value", "write (INTERVAL '1 day') in parentheses"
        )
    elif any(interval.args.get("unit") for interval in intervals):
        yield _finding("an INTERVAL has a unit beside its text", "write the unit in the text, as INTERVAL '1.5 days'")
    lists = [call for call in tree.find_all(exp.Anonymous) if call.name.upper() == "ALL"]
    if any(isinstance(node.this, exp.Cast) for node in tree.find_all(exp.Any, exp.All)) or not all(
        isinstance(call.parent, exp.Binary) for call in lists
    ):
        yield _finding("ANY or ALL is more than the end of a comparison", "put parentheses around the comparison")
    if any(isinstance(node.this, exp.Cast) for node in tree.find_all(exp.Bracket)):
        yield _finding("a place in an array follows a type", "put parentheses around the value that is cast")
    if not all(any(map(node.args.get, ("expressions", "query", "field"))) for node in tree.find_all(exp.In)):
        yield _finding("IN is followed by nothing", "write IN (…) with values or a query, or leave IN out")
    yield from types(tree, "postgres")


def _misread_tokens(tokens: list[Token]) -> Iterator[Finding]:
    for operator in dict.fromkeys(_operators(tokens)):
        if operator not in words("operators/postgres.txt"):
            yield _finding(f"the operator {operator} is not allowed", "use plain operators, with blanks between them")
    pairs = list(pairwise(tokens))
    for before, token in pairs:
        if token.text.lower() in _ROLES and token.token_type not in _QUOTED and before.text.upper() not in (".", "AS"):
            # A reserved word, which stands for the function even where a column or a table is called so.
            yield _finding(f"{token.text} is the role of the session", f'write "{token.text.lower()}" for a name')
    if any(word.text.upper() in _SHORT and text.token_type == TokenType.STRING for word, text in pairs):
        yield _finding("CHAR stands before a text", "leave it out, or write the length, as CAST('ab' AS char(2))")
    if any(
        unicode.text.upper() == "U" and sign.text == "&" and name.token_type == TokenType.IDENTIFIER
        for (unicode, sign), (_, name) in pairwise(pairs)
    ):
        yield _finding("a name begins with U&", "write the characters themselves between double quotes")
    if any(
        token.token_type == TokenType.HEX_STRING and token.end - token.start <= len(token.text) + 1 for token in tokens
    ):
        # The name x41 after a zero before PostgreSQL 16, and a number since.
        yield _finding("a number is written in hexadecimal", "write it in decimal")


def _operators(tokens: list[Token]) -> Iterator[str]:
    """The operators as PostgreSQL divides the text: the longest run of signs is one, for the parser it may be two."""
    run, end = "", -1
    for token in tokens:
        if token.token_type in _QUOTED or not _SIGNS.issuperset(token.text):
            continue
        if token.start != end + 1:
            yield from _divide(run)
            run = ""
        run, end = run + token.text, token.end
    yield from _divide(run)


def _divide(run: str) -> Iterator[str]:
    """A run of signs as operators: a last + or - is one of its own where the others are those of plain arithmetic."""
    while len(run) > 1 and run[-1] in "+-" and set(run) <= set("+-*/<>="):
        yield run[-1]
        run = run[:-1]
    if run:
        yield run


def _finding(message: str, hint: str) -> Finding:
    return Finding("statement", message, hint)


GRAMMAR = Grammar(
    lists="postgres",
    dialect=_Postgres,
    quotations=r"""'(?:[^']|'')*' | "(?:[^"]|"")*\"""",
    default_schema="public",
    system=r"(?:information_schema|pg_[^.]*)\..*|pg_.*",
    prepare=_prepare,
    restore=_restore,
    spelling={
        exp.Pow: "{this} ^ {expression}",
        exp.CurrentTime: "CURRENT_TIME",
        exp.StartsWith: "{this} ^@ {expression}",
    },
    misread=_misread,
)

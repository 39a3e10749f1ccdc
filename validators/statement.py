"""Exactly one statement, a query, written in the exact dialect of the database."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from agent.records import Finding
from agent.validators.data import data
from agent.validators.source import Source

ROOTS = (exp.Select, exp.Union, exp.Intersect, exp.Except)
OPENINGS = ("SELECT", "WITH")

# The tree is walked without recursion, but written with it.
MAX_DEPTH = 200

_TYPED = {"DATE", "DATETIME", "INTERVAL", "JSON", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "ZONE"}

VERBS = {verb: deed.strip() for verb, deed in (line.split(maxsplit=1) for line in data("verbs.txt"))}


def statement(source: Source) -> Iterator[Finding]:
    """Refuse all but one readable SELECT, and what the parser would read otherwise than the database does."""
    if source.tokens is None:
        yield _finding("the SQL cannot be split into words", "close every quotation mark and comment")
        return
    parts = _split(source.tokens)
    if len(parts) != 1:
        message = f"there are {len(parts)} statements; only one may run" if parts else "there is no statement"
        yield _finding(message, "write one SELECT statement")
    openings = [word for word in map(_opening, parts) if word not in OPENINGS]
    for word in openings:
        yield refusal(word)
    if len(parts) != 1 or openings:
        return
    if isinstance(source.reading, str):
        yield _finding(f"this is not {source.catalog.dialect} SQL: {source.reading}", "write one SELECT statement")
        return
    if not isinstance(source.reading, ROOTS):
        yield refusal(source.reading.key.upper())
    yield from _misread_tokens(source.tokens, source.reading)
    yield from _misread_nodes(source.reading)
    yield from source.grammar.misread(source.reading, source.tokens)
    if _depth(source.reading) > MAX_DEPTH:
        yield _finding(f"the expression is more than {MAX_DEPTH} levels deep", "use IN (...) for long lists")


def refusal(verb: str) -> Finding:
    """Say in plain words why a statement that begins so may not run."""
    deed = VERBS.get(verb.upper())
    if deed:
        return _finding(f"{verb.upper()} {deed}; only SELECT is allowed", "write one SELECT statement")
    return _finding(f"a statement cannot begin with {verb[:40]}", "write one SELECT statement")


def _split(tokens: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _opening(part: list[Token]) -> str:
    return part[0].text.split(maxsplit=1)[0].upper() if part[0].text.strip() else "''"


def _misread_tokens(tokens: list[Token], tree: exp.Expr) -> Iterator[Finding]:
    """What engines read otherwise than the parser, found by comparing the tokens with the tree."""
    kinds = [token.token_type for token in tokens]
    pairs = list(pairwise(tokens))
    if (TokenType.STRING, TokenType.STRING) in pairwise(kinds):
        yield _finding("two strings stand side by side", "join strings with ||, or put AS before a name")
    if any(a.token_type == TokenType.NUMBER and _is_word(b) and b.start == a.end + 1 for a, b in pairs):
        yield _finding("a number runs into a word", "leave a space between them, and no _ in numbers")
    if any(
        a.text.upper() in _TYPED and b.token_type == TokenType.STRING and c.token_type == TokenType.DCOLON
        for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False)
    ):
        yield _finding("a value with a type is cast", "put parentheses around the value, as (DATE '2026-01-31')::text")
    # The tree does not keep a plus sign before a value, though it takes a column's type away.
    if kinds.count(TokenType.PLUS) != sum(1 for _ in tree.find_all(exp.Add)):
        yield _finding("a plus sign stands before a value", "leave the sign out")
    quoted = sum(a.token_type == TokenType.IDENTIFIER and b.token_type == TokenType.L_PAREN for a, b in pairs)
    if quoted > sum(alias.this.quoted for alias in tree.find_all(exp.TableAlias) if alias.args.get("columns")):
        yield _finding("a function name is quoted", "write the function's name without quotation marks")


def _misread_nodes(tree: exp.Expr) -> Iterator[Finding]:
    """What engines read otherwise than the parser, or not at all, found in the tree."""
    # `a = b NOT IN (c)` is written as `a = NOT b IN (c)`, where engines bind the operators another way.
    if any(_is_operand(node) for node in tree.find_all(exp.Not)):
        yield _finding("NOT stands between other operators", "put parentheses around each comparison")
    if any(isinstance(node.this, exp.Neg | exp.BitwiseNot) for node in tree.find_all(exp.BitwiseNot)) or any(
        isinstance(node.this, exp.BitwiseNot) for node in tree.find_all(exp.Neg)
    ):
        yield _finding("two signs stand side by side", "put parentheses around the second")
    if any(isinstance(node.expression, exp.Cast) for node in tree.find_all(exp.Is)):
        yield _finding("IS is followed by a cast", "put parentheses around each comparison")
    if any(not select.expressions for select in tree.find_all(exp.Select)):
        yield _finding("a SELECT names no columns", "name the columns to read")


def _is_operand(node: exp.Not) -> bool:
    inner = node.this
    if isinstance(inner, exp.Predicate | exp.RegexpLike) and isinstance(inner.this.unnest(), exp.Not):
        return True
    if isinstance(inner, exp.Predicate | exp.RegexpLike) and isinstance(inner.this, exp.Predicate):
        return True
    parent = node.parent
    if isinstance(parent, exp.Connector | exp.Not | exp.Paren):
        return False
    return isinstance(parent, exp.Binary | exp.Unary | exp.Predicate)


def _is_word(token: Token) -> bool:
    return token.text[:1].isalpha() or token.text.startswith("_")


def _depth(tree: exp.Expr) -> int:
    depths: dict[int, int] = {}
    for node in tree.walk():
        depths[id(node)] = depths.get(id(node.parent), 0) + 1
    return max(depths.values())


def _finding(message: str, hint: str) -> Finding:
    return Finding("statement", message, hint)

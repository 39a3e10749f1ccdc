"""Exactly one statement, a query, written in the exact dialect of the database."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from agent.records import Finding
from agent.validators.backtracking import MAX_CHAINED, MAX_DOUBTS, chained, doubts
from agent.validators.data import data
from agent.validators.elsewhere import syntax_elsewhere
from agent.validators.source import Source

ROOTS = (exp.Select, exp.Union, exp.Intersect, exp.Except)

_QUOTED = (TokenType.STRING, TokenType.IDENTIFIER)

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
    openings = [word for word in map(_opening, parts) if word not in source.grammar.openings]
    for word in openings:
        yield refusal(word)
    if len(parts) != 1 or openings:
        return
    if doubts(source.tokens) > MAX_DOUBTS:
        yield _finding(
            f"more than {MAX_DOUBTS} JOINs wait for a condition, or as many lists or calls such as date(…) are nested",
            "give every JOIN an ON condition of its own, and use WITH to name the parts",
        )
        return
    if chained(source.tokens) > MAX_CHAINED:
        yield _finding(f"more than {MAX_CHAINED} subscripts or NOTs follow another one", "leave out most of them")
        return
    if isinstance(source.reading, str):
        yield from _unreadable(source.reading, source.tokens, source)
        return
    if not isinstance(source.reading, ROOTS):
        yield refusal("(" if isinstance(source.reading, exp.Subquery) else source.reading.key.upper())
    yield from _misread_tokens(source.tokens, source.reading)
    yield from source.grammar.misread(source.reading, source.tokens)


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
    """The first word, behind the parentheses in which the parts of a set operation may stand."""
    first = next((token for token in part if token.token_type != TokenType.L_PAREN), part[0])
    return first.text.split(maxsplit=1)[0].upper() if first.text.strip() else "''"


def _unreadable(reason: str, tokens: list[Token], source: Source) -> Iterator[Finding]:
    """Say why there is no tree."""
    words = ["''" if token.token_type in _QUOTED else token.text.upper() for token in tokens]
    inner = (b for a, b, c in zip(words, words[1:], words[2:], strict=False) if a == "(" and b in VERBS and c != "(")
    # No query has INTO, and the parsers do not read it everywhere where the engines do.
    if deed := "INTO" if "INTO" in words else next(inner, ""):
        yield refusal(deed)
    else:
        dialect = source.catalog.dialect
        hint = syntax_elsewhere(source.text, dialect) or "write one SELECT statement"
        yield _finding(f"this is not {dialect} SQL: {reason}", hint)


def _misread_tokens(tokens: list[Token], tree: exp.Expr) -> Iterator[Finding]:
    """What engines read otherwise than the parser, found by comparing the tokens with the tree."""
    kinds = [token.token_type for token in tokens]
    pairs = list(pairwise(tokens))
    if (TokenType.STRING, TokenType.STRING) in pairwise(kinds):
        yield _finding("two strings stand side by side", "join strings with ||, or put AS before a name")
    if any(a.token_type == TokenType.NUMBER and _is_word(b) and b.start == a.end + 1 for a, b in pairs):
        yield _finding("a number runs into a word", "leave a space between them, and no _ in numbers")
    if TokenType.DCOLON in kinds and any(
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


def _is_word(token: Token) -> bool:
    return token.text[:1].isalpha() or token.text.startswith("_")


def _finding(message: str, hint: str) -> Finding:
    return Finding("statement", message, hint)

"""What a statement is made of, apart from how it is laid out."""

from __future__ import annotations

from sqlglot.tokenizer_core import TokenType

from agent.validators.grammar import FAULTS, grammar_of, tokenize

_AS_WRITTEN = frozenset({TokenType.VAR, TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER})


def words_of(sql: str, dialect: str) -> tuple[str, ...]:
    """The words and signs of a statement, alike for two that differ in blanks, comments and the case of keywords alone.

    The case of names stays, because it matters to some engines.
    """
    try:
        tokens = tokenize(sql, grammar_of(dialect))
    except FAULTS:
        return tuple(sql.split())
    words = [
        sql[token.start : token.end + 1] if token.token_type in _AS_WRITTEN else token.text.upper() for token in tokens
    ]
    while words and words[-1] == ";":
        words.pop()
    return tuple(words)

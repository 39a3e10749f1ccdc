"""What takes the parser long: parts that it reads in two ways, twice the time at each, and chains of one sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

MAX_DOUBTS = 8
MAX_CHAINED = 30

_OPEN = (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE)
_CLOSE = (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE)
_ENDS = (TokenType.ON, TokenType.USING, TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT)
_CHAINS = ((TokenType.R_BRACKET, TokenType.L_BRACKET), (TokenType.NOT, TokenType.NOT))
_SIDES = {"INNER", "OUTER", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI"}
_WITHOUT_CONDITION = {"CROSS", "NATURAL", "POSITIONAL"}


def doubts(tokens: Sequence[Token]) -> int:
    """The number of joins that wait for a condition, and the depth of brackets and calls named like a type."""
    return _open_joins(tokens) + _type_calls(tokens)


def chained(tokens: Sequence[Token]) -> int:
    """The number of subscripts and NOTs that follow another one, as in `a[1][2]` and `NOT NOT a`."""
    pairs = pairwise(token.token_type for token in tokens)
    return sum(pair in _CHAINS for pair in pairs)


def _open_joins(tokens: Iterable[Token]) -> int:
    """How many joins follow another one that has no ON and no USING yet, as in `a JOIN b JOIN c ON …`."""
    count, waiting, method = 0, [False], ""
    for token in tokens:
        if token.token_type in _OPEN:
            waiting.append(False)
        elif token.token_type in _CLOSE:
            waiting = waiting[:-1] or [False]
        elif token.token_type in (TokenType.JOIN, TokenType.STRAIGHT_JOIN) and method not in _WITHOUT_CONDITION:
            count += waiting[-1]
            waiting[-1] = True
        elif token.token_type in _ENDS:
            waiting[-1] = False
        if token.text.upper() not in _SIDES:
            method = token.text.upper()
    return count


def _type_calls(tokens: Sequence[Token]) -> int:
    """How deep lists, and calls such as `date(…)`, are nested, which may be a type with parameters, or a value."""
    deepest, within = 0, [0]
    for before, token in pairwise([None, *tokens]):
        if token is not None and token.token_type in _OPEN:
            is_doubtful = token.token_type == TokenType.L_BRACKET or (
                before is not None and before.token_type in (*Parser.TYPE_TOKENS, TokenType.ROW)
            )
            within.append(within[-1] + is_doubtful)
            deepest = max(deepest, within[-1])
        elif token is not None and token.token_type in _CLOSE:
            within = within[:-1] or [0]
    return deepest

"""How SQL is read into a tree and written back without a change of meaning.

sqlglot is made to translate between dialects. Where it would say in other words what is only read and written
again, `parse` puts the tree right; what cannot be put right is refused in `statement`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

# The parser is made for SQL that people write: arbitrary text also makes it fail with Python's own errors.
FAULTS = (SqlglotError, RecursionError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

# Where the parser keeps the name by which the text calls a function.
DRAFTED_NAME = "drafted_name"


class _SQLite(SQLite):
    ORIGINAL_NAME_META_KEY = DRAFTED_NAME


DIALECTS: dict[str, type[SQLite]] = {"sqlite": _SQLite}

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

_quiet: ContextVar[bool] = ContextVar("_quiet", default=False)
logging.getLogger("sqlglot").addFilter(lambda record: not _quiet.get())


@contextmanager
def quietly() -> Iterator[None]:
    """Keep the parser's warnings off the user's screen: what they tell becomes a finding."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def tokenize(text: str, dialect: str) -> list[Token]:
    """Split the text into tokens; raises one of FAULTS."""
    return DIALECTS[dialect]().tokenize(text)


def parse(text: str, tokens: list[Token], dialect: str) -> exp.Expr | None:
    """Read the tokens of a single statement into a tree, None where there is none; raises one of FAULTS."""
    with quietly():
        trees = DIALECTS[dialect]().parser().parse(tokens, text)
    tree = trees[0] if trees else None
    if tree is not None:
        _restore(tree, crosses=any(token.token_type == TokenType.CROSS for token in tokens))
    return tree


def write(tree: exp.Expr, dialect: str) -> str:
    """Write the tree as SQL, laid out for reading and without comments; raises one of FAULTS."""
    with quietly():
        # Should writing alter the tree, then what is read again is not equal to it, and is refused.
        return DIALECTS[dialect]().generate(
            tree, copy=False, pretty=True, comments=False, unsupported_level=ErrorLevel.RAISE
        )


def _restore(tree: exp.Expr, *, crosses: bool) -> None:
    for node in list(tree.walk()):
        if isinstance(node, exp.Join) and node.kind == "CROSS" and not crosses:
            # In SQLite, CROSS JOIN also fixes the order of the loops, which a comma does not.
            node.set("kind", None)
        elif isinstance(node, exp.DataType) and node.this == exp.DType.DECIMAL:
            # sqlglot would write REAL, which turns the division of whole numbers into another one.
            node.replace(exp.DataType(this=exp.DType.USERDEFINED, kind="NUMERIC"))
        elif isinstance(node, exp.DataType) and node.this in _AFFINITIES:
            node.set("this", _AFFINITIES[node.this])
        elif isinstance(node, exp.WindowSpec) and node.args.get("end") is None:
            node.set("end", "CURRENT ROW")

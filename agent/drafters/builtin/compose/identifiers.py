"""Names as SQL writes them: bare where every engine takes them so, else in the quotes of the dialect."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from sqlglot import exp, parse_one
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError


def identifier(name: str, dialect: str) -> exp.Identifier:
    """A name, to be quoted where it is a keyword, or not plain lower case, which engines fold in different ways."""
    bare = re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in _reserved() and _parses(name, dialect)
    return exp.to_identifier(name, quoted=not bare)


@cache
def _reserved() -> frozenset[str]:
    lines = files(__package__).joinpath("reserved.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _keywords(dialect: str) -> frozenset[str]:
    known = Dialect.get_or_raise(dialect).tokenizer_class.KEYWORDS
    return frozenset(word.lower() for keyword in known for word in keyword.split())


@cache
def _parses(name: str, dialect: str) -> bool:
    """Whether the parser, which has keywords of its own, takes the bare name for what it is in any place."""
    if name not in _keywords(dialect):
        return True
    try:
        read = parse_one(_everywhere(name), dialect=dialect)
    except ParseError:
        return False
    quoted = _everywhere(exp.to_identifier(name, quoted=True).sql(dialect=dialect))
    return read.sql(identify=True) == parse_one(quoted, dialect=dialect).sql(identify=True)


def _everywhere(name: str) -> str:
    return f"SELECT {name}.{name} AS {name} FROM {name} GROUP BY {name}.{name} ORDER BY {name}"  # noqa: S608 - not run

"""Any other dialect: what is checked in it is shown, and never run."""

from __future__ import annotations

from collections.abc import Iterator
from types import new_class

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect, NormalizationStrategy
from sqlglot.tokenizer_core import Token

from agent.records import Finding
from agent.validators.grammar import Grammar, units, unread
from agent.validators.types import types

# sqlglot's name of the schema that need not be written, where there is one.
_DEFAULT_SCHEMAS = {"tsql": "dbo", "redshift": "public", "snowflake": "public"}


def other(dialect: str) -> Grammar:
    """The grammar of a dialect that sqlglot knows, or else of standard SQL, with the functions of standard SQL."""
    base = Dialect.get(dialect) or Dialect
    body = {"to_json_path": unread, "NORMALIZATION_STRATEGY": NormalizationStrategy.CASE_INSENSITIVE}
    return Grammar(
        lists="standard",
        dialect=_subclass(base, body),
        quotations=r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*`""",
        default_schema=_DEFAULT_SCHEMAS.get(dialect, ""),
        system=r"(?:information_schema|sys|pg_catalog|mysql|performance_schema)\..*|(?:pg|sqlite|duckdb)_.*",
        restore=_restore,
        misread=_misread,
    )


def _subclass(base: type[Dialect], body: dict[str, object]) -> type[Dialect]:
    made: type[Dialect] = new_class(f"_Checked{base.__name__}", (base,), exec_body=lambda names: names.update(body))
    return made


def _restore(tree: exp.Expr, tokens: list[Token]) -> None:
    units(tree)


def _misread(tree: exp.Expr, tokens: list[Token]) -> Iterator[Finding]:
    yield from types(tree, "standard")

"""PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.tokenizer_core import Token

from agent.records import Finding
from agent.validators.grammar import Grammar, unread
from agent.validators.types import types


class _Postgres(Postgres):
    to_json_path = unread


def _misread(tree: exp.Expr, tokens: list[Token]) -> Iterator[Finding]:
    yield from types(tree, "postgres")


GRAMMAR = Grammar(
    lists="postgres",
    dialect=_Postgres,
    quotations=r"""'(?:[^']|'')*' | "(?:[^"]|"")*\"""",
    default_schema="public",
    system=r"(?:information_schema|pg_[^.]*)\..*|pg_.*",
    spelling={exp.Pow: "{this} ^ {expression}", exp.CurrentTime: "CURRENT_TIME"},
    misread=_misread,
)

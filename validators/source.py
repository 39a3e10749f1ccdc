"""The text under check with what the rules read from it, each made once and only when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp
from sqlglot.errors import ParseError
from sqlglot.tokenizer_core import Token

from agent.records import Catalog
from agent.validators.grammar import FAULTS, Grammar, grammar_of, parse, tokenize
from agent.validators.resolve import Resolution, resolve


@dataclass(frozen=True)
class Source:
    """A drafted text against a catalog; `tokens` and `tree` are None where the text cannot be read.

    `allow_functions` are functions, in lower case, that may be called beside the listed ones.
    """

    text: str
    catalog: Catalog
    allow_functions: frozenset[str] = frozenset()

    @property
    def grammar(self) -> Grammar:
        """How the catalog's dialect is read."""
        return grammar_of(self.catalog.dialect)

    @cached_property
    def tokens(self) -> list[Token] | None:
        """The tokens of the text, without comments."""
        try:
            return tokenize(self.text, self.grammar)
        except FAULTS:
            return None

    @cached_property
    def reading(self) -> exp.Expr | str:
        """The tree of the text, or why there is none."""
        try:
            tree = parse(self.text, self.tokens or [], self.grammar)
        except ParseError as error:
            first = error.errors[0] if error.errors else {}
            where = f" at line {first['line']}, column {first['col']}" if first.get("line") else ""
            what = str(first.get("description") or "unexpected text")
            near = f", near {str(first['highlight'])[:40]}" if first.get("highlight") else ""
            return f"{'an operand is missing' if '<class' in what else what}{where}{near}"
        except FAULTS as error:
            return f"the parser stops with {type(error).__name__}"
        return "there is no statement" if tree is None else tree

    @property
    def tree(self) -> exp.Expr | None:
        """The tree of the text."""
        return self.reading if isinstance(self.reading, exp.Expr) else None

    @cached_property
    def resolution(self) -> Resolution:
        """What the names in the tree stand for; ask only where there is a tree."""
        assert self.tree is not None  # noqa: S101
        return resolve(self.tree, self.catalog, self.grammar)

"""How SQL is read into a tree and written back without a change of meaning.

sqlglot is made to translate between dialects. Here each text is read and written in one dialect, so its parsers
are told to keep function calls as they stand. What it would still say in other words is put right by the
`restore` of the grammar, and what cannot be put right is refused by its `misread`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from itertools import zip_longest

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from agent.records import Finding

# The parser is made for SQL that people write: arbitrary text also makes it fail with Python's own errors.
FAULTS = (
    SqlglotError,
    RecursionError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)

GRAMMARS = ("sqlite", "duckdb", "postgres", "mysql")
"""The dialects with a module of their own in `grammars`; any other is read by `grammars.other`."""

CALLS_WITH_SYNTAX = frozenset({"CAST", "TRY_CAST", "EXTRACT", "OVERLAY", "POSITION", "SUBSTRING", "TRIM"})
"""Calls whose arguments are more than a list, in most dialects."""

_KEPT = " "

_CALLS_WITH_UNIT = {"DATEADD", "DATEDIFF", "DATENAME", "DATEPART", "DATETRUNC", "TIMESTAMPADD", "TIMESTAMPDIFF"}
_UNITS = {"MICROSECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}

_quiet: ContextVar[bool] = ContextVar("_quiet", default=False)
logging.getLogger("sqlglot").addFilter(lambda record: not _quiet.get())


def unread(dialect: Dialect, path: exp.Expr | None) -> exp.Expr | None:
    """A path into JSON as it is written, for the `to_json_path` of a dialect: the engine reads it."""
    return path


def _name_as_written(call: exp.Anonymous) -> None:
    if isinstance(call.this, str) and call.this.endswith(_KEPT):
        call.set("this", call.this.removesuffix(_KEPT))


def _split_distinct(call: exp.Anonymous) -> None:
    """Let DISTINCT apply to the first argument alone, as in string_agg(DISTINCT name, ', ' ORDER BY name)."""
    last = call.expressions[-1] if call.expressions else None
    distinct = last.this if isinstance(last, exp.Order) else last
    if len(call.expressions) != 1 or not isinstance(distinct, exp.Distinct) or len(distinct.expressions) < 2:
        return
    first, *others = (argument.copy() for argument in distinct.expressions)
    if isinstance(last, exp.Order):
        others[-1] = exp.Order(this=others[-1], expressions=[key.copy() for key in last.expressions])
    call.set("expressions", [exp.Distinct(expressions=[first]), *others])


def _read_as_json(arrow: exp.Lambda) -> None:
    """Put right an argument such as `profile -> 'tags'`, which the parser takes for a function of `profile`."""
    first = arrow.this
    while isinstance(first, exp.JSONExtract | exp.JSONExtractScalar):
        first = first.this
    if len(arrow.expressions) != 1 or not isinstance(first, exp.Literal):
        return
    extract = exp.JSONExtract(this=exp.Column(this=arrow.expressions[0].copy()), expression=first.copy())
    if first is arrow.this:
        arrow.replace(extract)
    else:
        first.replace(extract)
        arrow.replace(arrow.this)


def _spell(tree: exp.Expr, grammar: Grammar) -> exp.Expr:
    """Put the text of the nodes that `spelling` names in their place, inner ones first."""
    for node in reversed(list(tree.find_all(*grammar.spelling, bfs=False))):
        parts = {name: write(part, grammar) for name, part in node.args.items() if isinstance(part, exp.Expr)}
        text = exp.Var(this=grammar.spelling[type(node)].format_map(parts))
        if node is tree:
            return text
        node.replace(text)
    return tree


def _calls_as_written(tokens: list[Token], grammar: Grammar) -> Iterator[Token]:
    """The tokens, marked so that the parser takes no function for one that it knows under another name.

    A comment of sqlglot's own says so of a call. It does not help where a function has a parser of its own, which
    is looked up by a name that nothing but this mark changes.
    """
    known = grammar.dialect.parser_class.FUNCTION_PARSERS.keys() - grammar.calls_with_syntax
    for token, following in zip_longest(tokens, tokens[1:]):
        if token.token_type == TokenType.R_PAREN:
            yield respelled(token, token.text, [exp.SQLGLOT_ANONYMOUS])
        elif token.text.upper() in known and following and following.token_type == TokenType.L_PAREN:
            yield respelled(token, token.text + _KEPT)
        else:
            yield token


def respelled(token: Token, text: str, comments: list[str] | None = None) -> Token:
    """A token at the same place with another text."""
    return Token(token.token_type, text, token.line, token.col, token.start, token.end, comments or [])


def units(tree: exp.Expr) -> None:
    """Read the unit of a call such as TIMESTAMPDIFF(MONTH, a, b) as a word, and not as a column."""
    for call in tree.find_all(exp.Anonymous):
        unit = call.expressions[0] if call.name.upper() in _CALLS_WITH_UNIT and call.expressions else None
        if isinstance(unit, exp.Column) and not unit.table and not unit.this.quoted and unit.name.upper() in _UNITS:
            unit.replace(exp.Var(this=unit.name.upper()))


def _nothing(tree: exp.Expr, tokens: list[Token]) -> None:
    """Leave the tree as it was read."""


def _none(tree: exp.Expr, tokens: list[Token]) -> Iterator[Finding]:
    """Find nothing."""
    yield from ()


@dataclass(frozen=True)
class Grammar:
    """What tells one dialect from the others.

    `lists` names its files of functions, nodes and types. `dialect` reads and writes it. `quotations` and
    `comments` are patterns of what a text may hold beside code, and `openings` the words that a query may begin with.
    `default_schema` is where tables without a schema are, for a catalog that does not tell; `system` matches the ids
    of tables that are the engine's own. The columns of a VALUES list are called by the word and the first number of
    `values_columns`.
    `prepare` changes tokens of which sqlglot would lose a part, for `restore` to find it by. `restore` puts a tree
    right that sqlglot would write otherwise than it was read, `spelling` says how a kind of
    node is written where sqlglot's way is another dialect's, and `misread` yields what it reads otherwise than the
    engine.
    """

    lists: str
    dialect: type[Dialect]
    quotations: str
    openings: tuple[str, ...] = ("SELECT", "WITH")
    comments: str = r"--[^\n]*"
    default_schema: str = ""
    system: str = r"information_schema\..*"
    columns_ignore_case: bool = False
    limits_recursion: bool = False
    calls_with_syntax: frozenset[str] = CALLS_WITH_SYNTAX
    values_columns: tuple[str, int] = ("column", 1)
    prepare: Callable[[list[Token]], list[Token]] = list
    restore: Callable[[exp.Expr, list[Token]], None] = _nothing
    spelling: Mapping[type[exp.Expr], str] = field(default_factory=dict)
    misread: Callable[[exp.Expr, list[Token]], Iterator[Finding]] = _none

    @cached_property
    def instance(self) -> Dialect:
        """The dialect, made once."""
        return self.dialect()

    def stored(self, name: str) -> str:
        """The name of a table or schema of the catalog as the engine compares it."""
        return self.compared(exp.to_identifier(name, quoted=True))

    def stored_column(self, name: str) -> str:
        """The name of a column of the catalog as the engine compares it."""
        return name.lower() if self.columns_ignore_case else self.stored(name)

    def compared(self, name: exp.Identifier) -> str:
        """A name in the text as the engine compares it."""
        plain = exp.Identifier(this=name.this, quoted=name.quoted)
        return self.instance.normalize_identifier(plain).name

    def is_system(self, table: str) -> bool:
        """Whether the id is that of a table of the engine itself."""
        return re.fullmatch(self.system, table, re.IGNORECASE) is not None


@cache
def grammar_of(dialect: str) -> Grammar:
    """The grammar of a dialect, or for one that is not known that of standard SQL."""
    if dialect in GRAMMARS:
        grammar: Grammar = import_module(f"agent.validators.grammars.{dialect}").GRAMMAR
        return grammar
    made: Grammar = import_module("agent.validators.grammars.other").other(dialect)
    return made


@contextmanager
def quietly() -> Iterator[None]:
    """Keep the parser's warnings off the user's screen: what they tell becomes a finding."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def tokenize(text: str, grammar: Grammar) -> list[Token]:
    """Split the text into tokens; raises one of FAULTS."""
    return grammar.instance.tokenize(text)


def parse(text: str, tokens: list[Token], grammar: Grammar) -> exp.Expr | None:
    """Read the tokens of a single statement into a tree, None where there is none; raises one of FAULTS."""
    with quietly():
        trees = grammar.instance.parser().parse(list(_calls_as_written(grammar.prepare(tokens), grammar)), text)
    tree = trees[0] if trees else None
    if tree is None:
        return None
    arrows = []
    for node in tree.find_all(exp.Anonymous, exp.WindowSpec, exp.Lambda):
        if isinstance(node, exp.Lambda):
            arrows.append(node)
        elif isinstance(node, exp.WindowSpec):
            node.set("end", node.args.get("end") or "CURRENT ROW")
        elif isinstance(node, exp.Anonymous):
            _name_as_written(node)
            _split_distinct(node)
    if arrows and not any(token.text.upper() == "LAMBDA" for token in tokens):
        for arrow in arrows:
            _read_as_json(arrow)
    grammar.restore(tree, tokens)
    _forget(tree)
    return tree


def _forget(tree: exp.Expr) -> None:
    """Drop the comments and the places in the text, but for those of tables: every copy of the tree would copy them."""
    for node in tree.walk():
        node.comments = None
        if not isinstance(node.parent, exp.Table):
            node._meta = None


def write(tree: exp.Expr, grammar: Grammar) -> str:
    """Write the tree as SQL, laid out for reading and without comments; raises one of FAULTS."""
    if grammar.spelling and tree.find(*grammar.spelling):
        tree = _spell(tree.copy(), grammar)
    with quietly():
        return grammar.instance.generate(tree, pretty=True, comments=False, unsupported_level=ErrorLevel.RAISE)

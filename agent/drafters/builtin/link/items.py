"""What the spans of a question may mean: the items that the rules look at."""

from __future__ import annotations

from dataclasses import dataclass

from agent.drafters.builtin.lexicon.operators import Operator
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.dates import Window
from agent.records import Column, Table


@dataclass(frozen=True, slots=True)
class TableLink:
    """A table that a span may name; `score` is 1 for its whole name, `how` says what matched."""

    table: Table
    score: float
    how: str


@dataclass(frozen=True, slots=True)
class ColumnLink:
    """A column that a span may name; `score` is 1 for its whole name, `how` says what matched.

    `qualified` says that the span names its table too ("customer names"). `company` is the share of the other spans
    that name columns which may name one of the same table, and `beside` says where the table is named. `of` is the term
    of what is computed of columns, of which `column` only says the kind.
    """

    table: Table
    column: Column
    score: float
    how: str
    qualified: bool = False
    company: float = 0.0
    beside: str = ""
    of: ColumnTerm | None = None

    @property
    def term(self) -> ColumnTerm:
        """The column as a query names it."""
        return self.of or ColumnTerm(self.table.id, self.column.name)


@dataclass(frozen=True, slots=True)
class ValueLink:
    """A stored value that a span may name; `score` is 1 for the words as they are stored, `how` says what matched."""

    table: Table
    column: Column
    value: str
    score: float
    how: str

    @property
    def term(self) -> ColumnTerm:
        """The column that stores the value, as a query names it."""
        return ColumnTerm(self.table.id, self.column.name)


@dataclass(frozen=True, slots=True)
class Item:
    """A span of tokens `start` to `end` (not included), with everything that it may mean; the rules choose.

    `category` is its shape as its neighbours see it: `C` a column, `T` a table, `V` a stored value, `N` a number, `Q`
    quoted text, `D` dates, `P` a proper name that nothing knows, the kind of an operator, or the class of a plain word
    (`words` of the lexicon).
    """

    start: int
    end: int
    phrase: str
    category: str
    operator: Operator | None = None
    tables: tuple[TableLink, ...] = ()
    columns: tuple[ColumnLink, ...] = ()
    values: tuple[ValueLink, ...] = ()
    number: int | float | None = None
    quoted: str | None = None
    window: Window | None = None

    @property
    def last_word(self) -> str:
        """The last word of the phrase without case; nothing for a quoted blank."""
        return (self.phrase.casefold().split() or [""])[-1]

"""What a span of the question may mean: operators, windows, and links to tables, columns and stored values."""

from __future__ import annotations

from dataclasses import dataclass

from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.lexicon import Operator
from agent.drafters.builtin.query import ColumnTerm
from agent.records import Column, Table


@dataclass(frozen=True, slots=True)
class TableLink:
    """A table that a span may name; `score` is 1 for its whole name."""

    table: Table
    score: float


@dataclass(frozen=True, slots=True)
class ColumnLink:
    """A column that a span may name; `qualified` where the span names its table too ("customer names")."""

    table: Table
    column: Column
    score: float
    qualified: bool = False

    @property
    def term(self) -> ColumnTerm:
        """The column as a query names it."""
        return ColumnTerm(self.table.id, self.column.name)


@dataclass(frozen=True, slots=True)
class ValueLink:
    """A stored value that a span may name."""

    table: Table
    column: Column
    value: str
    score: float

    @property
    def term(self) -> ColumnTerm:
        """The column that stores the value, as a query names it."""
        return ColumnTerm(self.table.id, self.column.name)


Link = TableLink | ColumnLink | ValueLink


@dataclass(frozen=True, slots=True)
class Mention:
    """Everything in the schema that a span may name, best first."""

    links: tuple[Link, ...]

    def table(self) -> TableLink | None:
        """The best link to a table, if any."""
        return next((link for link in self.links if isinstance(link, TableLink)), None)

    def column(self, *kinds: str) -> ColumnLink | None:
        """The best link to a column (of one of these kinds, where given), if any."""
        columns = (link for link in self.links if isinstance(link, ColumnLink))
        return next((link for link in columns if not kinds or link.column.kind in kinds), None)

    def values(self) -> tuple[ValueLink, ...]:
        """The links to stored values."""
        return tuple(link for link in self.links if isinstance(link, ValueLink))


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the question."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Quoted:
    """Quoted text in the question."""

    text: str


Meaning = Operator | Window | Mention | Number | Quoted


@dataclass(frozen=True, slots=True)
class Item:
    """A span of tokens `start` to `end` (not included), as typed, what it means, and the word before it."""

    start: int
    end: int
    phrase: str
    meaning: Meaning
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """The items that cover the question in order, and the words that nothing covers."""

    items: tuple[Item, ...]
    unknown: tuple[str, ...]

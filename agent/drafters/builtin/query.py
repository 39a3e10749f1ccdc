"""The typed query between reading and SQL: what is selected, filtered, grouped and ordered, without any join.

Joins follow from the tables that the terms name, so a `Query` says only what the question said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.lexicon import Function, Unit


@dataclass(frozen=True, slots=True)
class ColumnTerm:
    """A column by table id and name."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class BucketTerm:
    """A date column cut to a calendar unit."""

    column: ColumnTerm
    unit: Unit


@dataclass(frozen=True, slots=True)
class MeasureTerm:
    """An aggregate over a column, or over the rows of a table where `column` is None."""

    function: Function
    table: str
    column: ColumnTerm | None = None
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class AllColumns:
    """Every column of a table."""

    table: str


Value = str | int | float | bool | date | Window


@dataclass(frozen=True, slots=True)
class RelatedTerm:
    """A measure over the rows that belong to one row of `owner` and meet the conditions; a count may be 0."""

    owner: str
    measure: MeasureTerm
    conditions: tuple[Condition, ...] = ()

    @property
    def table(self) -> str:
        """The table of the rows that are measured."""
        return self.measure.table


Term = ColumnTerm | BucketTerm | MeasureTerm | AllColumns | RelatedTerm


@dataclass(frozen=True, slots=True)
class Condition:
    """A term compared with values; `operator` is SQL's, or `in`, `between`, `window`, `null`, each with `negated`."""

    term: ColumnTerm | MeasureTerm | RelatedTerm
    operator: str
    values: tuple[Value, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """At least one (negated: no) row of `table` belongs to a row of `owner` and meets the conditions.

    It must also belong to rows of the tables in `through`.
    """

    owner: str
    table: str
    conditions: tuple[Condition, ...] = ()
    negated: bool = False
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ordering:
    """One key of the order."""

    term: Term
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """One reading of a question. `root` is the table whose rows are counted, listed or added up."""

    root: str
    select: tuple[Term, ...] = ()
    where: tuple[Condition | Exists, ...] = ()
    group_by: tuple[Term, ...] = ()
    having: tuple[Condition, ...] = ()
    order_by: tuple[Ordering, ...] = ()
    limit: int | None = None
    distinct: bool = False

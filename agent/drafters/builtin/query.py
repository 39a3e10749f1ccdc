"""The typed query between reading and SQL: what is selected, filtered, grouped and ordered, without any join.

Joins follow from the tables that the terms name, so a `Query` says only what the question said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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


Term = ColumnTerm | BucketTerm | MeasureTerm | AllColumns
Value = str | int | float | bool | date | Window


@dataclass(frozen=True, slots=True)
class Condition:
    """A term compared with values; `operator` is SQL's, or `in`, `between`, `window`, `null`, each with `negated`."""

    term: ColumnTerm | MeasureTerm
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

    def ordered(self, *keys: Ordering) -> Query:
        """The same query in another order."""
        return replace(self, order_by=keys)

"""The typed query between reading and SQL: what is selected, filtered, grouped and ordered, without any join.

Joins follow from the tables that the terms name, so a `Query` says only what the question said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from agent.drafters.builtin.lexicon.operators import Function, Unit
from agent.drafters.builtin.question.dates import Window


@dataclass(frozen=True, slots=True)
class ColumnTerm:
    """A column by table id and name.

    `via` is the column of the foreign key by which the table is reached from its neighbour, where it is not the key
    that is taken by default: a table that is reached by two keys is joined twice. `less` is a column that is taken from
    it, which leaves days where both are dates, and `times` one of its row that what is left is multiplied by. What is
    taken is of the same row too, or of the row of the table `less_of` that it points to.
    """

    table: str
    column: str
    via: str = ""
    less: str = ""
    times: str = ""
    less_of: str = ""


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


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure less another, as in "the gap between the highest and the lowest price"."""

    left: MeasureTerm
    right: MeasureTerm

    @property
    def table(self) -> str:
        """The table of the first measure."""
        return self.left.column.table if self.left.column else self.left.table


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many different days, months or years a date column holds."""

    column: ColumnTerm
    unit: Unit


@dataclass(frozen=True, slots=True)
class Ratio:
    """One measure divided by another, as in "how many items an order has on average"; of nothing there is none."""

    left: MeasureTerm
    right: MeasureTerm | UnitCount

    @property
    def table(self) -> str:
        """The table of the first measure."""
        return self.left.column.table if self.left.column else self.left.table


@dataclass(frozen=True, slots=True)
class Share:
    """A measure as a part of what `whole` gives, which is one value; in hundredths where it is in `percent`."""

    measure: MeasureTerm
    whole: Query
    percent: bool = False

    @property
    def table(self) -> str:
        """The table of the measure."""
        return self.measure.column.table if self.measure.column else self.measure.table


@dataclass(frozen=True, slots=True)
class Rate:
    """How many in a hundred of the rows of a table meet all of the conditions."""

    table: str
    conditions: tuple[Condition | Exists | AnyOf, ...]


@dataclass(frozen=True, slots=True)
class Peers:
    """An aggregate of a column over the rows of its table that have the same in the column `by` as the row at hand."""

    function: Function
    table: str
    column: str
    by: str


@dataclass(frozen=True, slots=True)
class Multiple:
    """A column of the row at hand so many times, as in "less than 1.5 times the cost"."""

    column: ColumnTerm
    factor: int | float


Value: TypeAlias = "str | int | float | bool | date | Window | ColumnTerm | Multiple | Peers | Query"
"""What a term is compared with; a `Query` gives one value, or with the operator `in` the values of its one column."""


@dataclass(frozen=True, slots=True)
class RelatedTerm:
    """A measure over the rows that belong to one row of `owner` and meet the conditions; a count may be 0.

    `via` is the key by which they belong to it, as in `ColumnTerm`.
    """

    owner: str
    measure: MeasureTerm
    conditions: tuple[Condition, ...] = ()
    via: str = ""

    @property
    def table(self) -> str:
        """The table of the rows that are measured."""
        return self.measure.table


Term = ColumnTerm | BucketTerm | MeasureTerm | AllColumns | RelatedTerm | Difference | Ratio | Share | Rate


@dataclass(frozen=True, slots=True)
class Condition:
    """A term compared with values; `operator` is SQL's, or `in`, `between`, `window`, `null`, each with `negated`.

    `contains`, `starts` and `ends` look for a text within the term, in any case.
    """

    term: ColumnTerm | BucketTerm | MeasureTerm | RelatedTerm
    operator: str
    values: tuple[Value, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions."""

    conditions: tuple[Condition | Exists, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """At least one (negated: no) row of `table` belongs to a row of `owner` and meets the conditions.

    It must also belong to rows of the tables in `through`. `via` is as in `RelatedTerm`.
    """

    owner: str
    table: str
    conditions: tuple[Condition, ...] = ()
    negated: bool = False
    through: tuple[str, ...] = ()
    via: str = ""


@dataclass(frozen=True, slots=True)
class Ordering:
    """One key of the order."""

    term: Term
    descending: bool


@dataclass(frozen=True, slots=True)
class Combined:
    """The rows of a query combined with those of another, which has as many columns."""

    kind: Literal["intersect", "union", "except"]
    query: Query


@dataclass(frozen=True, slots=True)
class Query:
    """One reading of a question. `root` is the table whose rows are counted, listed or added up.

    `joined` are tables that are joined though no term names them: only rows that have a partner there are meant, and
    each once for every partner. `combined` is applied before the order and the limit. `offset` rows are left out before
    those of the limit ("the second oldest").
    """

    root: str
    select: tuple[Term, ...] = ()
    where: tuple[Condition | Exists | AnyOf, ...] = ()
    group_by: tuple[Term, ...] = ()
    having: tuple[Condition, ...] = ()
    order_by: tuple[Ordering, ...] = ()
    limit: int | None = None
    distinct: bool = False
    joined: tuple[str, ...] = ()
    combined: Combined | None = None
    offset: int = 0

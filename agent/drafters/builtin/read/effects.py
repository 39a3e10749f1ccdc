"""What a fragment of a question adds to the query, and the fragment itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.drafters.builtin.lexicon.operators import Function, Unit
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, Difference, Exists, MeasureTerm, Query
from agent.drafters.builtin.question.dates import Window


@dataclass(frozen=True, slots=True)
class Show:
    """A column is shown."""

    term: ColumnTerm


@dataclass(frozen=True, slots=True)
class Shows:
    """Several columns or aggregates are shown that one phrase names: the first and the last name for a full name."""

    terms: tuple[ColumnTerm | MeasureTerm | Difference, ...]


@dataclass(frozen=True, slots=True)
class ShowAlso:
    """Columns are shown besides what the rows are called, or whatever else is shown of them."""

    terms: tuple[ColumnTerm, ...]


@dataclass(frozen=True, slots=True)
class ShowRows:
    """The rows of a table are shown: by what they are called, or whole."""

    table: str


@dataclass(frozen=True, slots=True)
class About:
    """A table is named, and its rows are neither shown nor counted here."""

    table: str


@dataclass(frozen=True, slots=True)
class Measure:
    """An aggregate is shown. A count of rows has no column."""

    function: Function
    table: str
    column: ColumnTerm | None = None
    distinct: bool = False

    @property
    def term(self) -> MeasureTerm:
        """The measure as a query names it."""
        return MeasureTerm(self.function, self.table, self.column, self.distinct)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows are grouped by a column, which is shown."""

    term: ColumnTerm


@dataclass(frozen=True, slots=True)
class GroupRows:
    """Every row of a table is a group, called as its rows are."""

    table: str


@dataclass(frozen=True, slots=True)
class GroupUnit:
    """Rows are grouped by a calendar unit of a date, the most telling one where no column is given."""

    unit: Unit
    term: ColumnTerm | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Only rows that meet a condition are meant. `negated` is said of the whole ("not in Berlin")."""

    condition: Condition | AnyOf


@dataclass(frozen=True, slots=True)
class FilterRows:
    """The rows of a table that meet a condition are shown: "dogs" are animals of a kind."""

    condition: Condition | AnyOf
    table: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Only rows that meet all of the conditions are meant: a full name that is stored as first and last name."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class During:
    """Only rows of a time are meant, by the date column given or else the most telling one."""

    window: Window
    phrase: str
    term: ColumnTerm | None = None


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Only so many rows of a time are meant, the earliest by a date column."""

    term: ColumnTerm
    window: Window
    limit: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Something is given for each of some times, which are as long as a calendar unit, by a date column."""

    windows: tuple[Window, ...]
    unit: Unit
    term: ColumnTerm


@dataclass(frozen=True, slots=True)
class AgainstMean:
    """A column is compared with an aggregate of the same or another column over all rows.

    `by` names a column of its table where only rows that have the same in it are meant: "above the average of its
    category".
    """

    term: ColumnTerm | None
    operator: str
    function: Function
    over: ColumnTerm
    by: str = ""


@dataclass(frozen=True, slots=True)
class BestOfEach:
    """Of the rows that have the same in a column only the first by another are shown, with what they have in common."""

    term: ColumnTerm
    descending: bool
    by: str
    shown: tuple[ColumnTerm, ...]

    @property
    def mean(self) -> AgainstMean:
        """The comparison with the highest or the lowest of each."""
        return AgainstMean(self.term, "=", "max" if self.descending else "min", self.term, self.by)


@dataclass(frozen=True, slots=True)
class Rank:
    """Rows are ordered by a column, or groups by an aggregate; `limit` is None where all are shown."""

    term: ColumnTerm | MeasureTerm
    descending: bool
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class RankCount:
    """Groups are ordered by the number of their rows of a table, or of whatever is asked about."""

    table: str | None
    descending: bool
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """Only so many rows are meant, of those that a rank elsewhere puts first ("the 3 cities with the most rain")."""

    count: int


@dataclass(frozen=True, slots=True)
class OrderShown:
    """What is shown is in the order of its first column."""

    descending: bool


@dataclass(frozen=True, slots=True)
class Having:
    """Only groups whose aggregate compares so are meant; a count without a table is of what is asked about."""

    function: Function
    table: str | None
    column: ColumnTerm | None
    operator: str
    value: int | float | Query


@dataclass(frozen=True, slots=True)
class Distinct:
    """Rows are shown without repeats."""


@dataclass(frozen=True, slots=True)
class Without:
    """What follows is said of rows that must not be there, those of `table` where one is named."""

    table: str | None = None


@dataclass(frozen=True, slots=True)
class Both:
    """What follows holds as well, of another row ("and also")."""

    kind: str


@dataclass(frozen=True, slots=True)
class AsShare:
    """What is measured is shown as a part of its total; in hundredths where it is in `percent`."""

    percent: bool = False


@dataclass(frozen=True, slots=True)
class AsRate:
    """How many in a hundred of the rows of a table meet a condition is shown ("the return rate")."""

    table: str
    condition: Condition | Exists


@dataclass(frozen=True, slots=True)
class Nth:
    """Of the rows in their order only the one at a place is meant, which is 1 for the first ("the second oldest")."""

    place: int


@dataclass(frozen=True, slots=True)
class ForEach:
    """A count is shown as its average for those rows that have any, which `key` tells apart."""

    measure: MeasureTerm
    key: ColumnTerm


@dataclass(frozen=True, slots=True)
class OverUnits:
    """What is measured for each calendar unit is shown as its average over them ("average revenue per day")."""


@dataclass(frozen=True, slots=True)
class Cut:
    """No more than `limit` rows are shown, in whatever order they are."""

    limit: int


Effect = (
    Show
    | Shows
    | ShowAlso
    | ShowRows
    | About
    | Measure
    | Group
    | GroupRows
    | GroupUnit
    | Filter
    | Filters
    | FilterRows
    | During
    | Upcoming
    | Compared
    | AgainstMean
    | BestOfEach
    | Rank
    | RankCount
    | Limit
    | OrderShown
    | Having
    | Distinct
    | Without
    | Both
    | AsShare
    | AsRate
    | Nth
    | ForEach
    | OverUnits
    | Cut
)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Items `start` to `end` (not included) read by one rule, what they add, and what speaks for it.

    `features` are names that the ranker weighs, each with its value.
    """

    start: int
    end: int
    rule: str
    effect: Effect
    features: tuple[tuple[str, float], ...] = field(default=(), compare=False)
    says: str = ""

"""What the fragments of one query say, sorted by kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, Exists, MeasureTerm, Term
from agent.drafters.builtin.read.effects import (
    About,
    AgainstMean,
    AsRate,
    BestOfEach,
    Compared,
    Distinct,
    During,
    Effect,
    Filter,
    FilterRows,
    Filters,
    ForEach,
    Fragment,
    Group,
    GroupRows,
    GroupUnit,
    Having,
    Limit,
    Measure,
    OrderShown,
    Rank,
    RankCount,
    Show,
    ShowAlso,
    ShowRows,
    Shows,
    Upcoming,
)
from agent.drafters.builtin.read.scene import Scene

Features = dict[str, float]


class Impossible(Exception):  # noqa: N818
    """The fragments do not make a query together."""


@dataclass
class Parts:
    """The effects of some fragments by kind, each in the order of the question.

    `means` are the comparisons with an aggregate, each with the number of conditions before it. `clauses` are the
    clauses in which tables are named that are neither shown nor counted. `ranked` is a column right behind a rank by
    the number of rows: "the most common status".
    """

    shows: list[Term] = field(default_factory=list)
    also: list[ColumnTerm] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    groups: list[Term] = field(default_factory=list)
    group_rows: list[str] = field(default_factory=list)
    unit: GroupUnit | None = None
    where: list[Condition | AnyOf | Exists] = field(default_factory=list)
    during: list[During] = field(default_factory=list)
    means: list[tuple[AgainstMean, int]] = field(default_factory=list)
    ranks: list[Rank | RankCount | OrderShown] = field(default_factory=list)
    having: list[Having] = field(default_factory=list)
    distinct: bool = False
    clauses: dict[str, str] = field(default_factory=dict)
    ranked: ColumnTerm | None = None

    @property
    def measured(self) -> list[MeasureTerm]:
        """The aggregates that are shown."""
        return [term for term in self.shows if isinstance(term, MeasureTerm)]

    @property
    def subject(self) -> str:
        """The table that is asked about: what is counted, or else shown, grouped or named first."""
        for term in self.measured:
            if term.column is None:
                return term.table
        ranked = tables_of(rank.term for rank in self.ranks if isinstance(rank, Rank))
        told = tables_of(part.term for part in self.where if isinstance(part, Condition))
        for table in (*self.rows, *tables_of(self.shows), *self.group_rows, *self.about, *ranked, *told):
            return table
        raise Impossible


def parts(fragments: Iterable[Fragment], scene: Scene) -> Parts:
    """The fragments sorted by what they say."""
    found = Parts()
    before: Fragment | None = None
    limit: int | None = None
    for fragment in fragments:
        match fragment.effect:
            case About(table):
                found.about.append(table)
                found.clauses.setdefault(table, scene.clauses[fragment.start])
            case Rank() | RankCount() | OrderShown():
                found.ranks.append(fragment.effect)
            case FilterRows(condition, table):
                found.where.append(condition)
                found.rows.append(table)
            case Limit():
                limit = fragment.effect.count
            case Distinct():
                found.distinct = True
            case _:
                _ = _take_shown(found, fragment, before) or _take_condition(found, fragment.effect)
        before = fragment
    if limit is not None:
        found.ranks = [_limited(rank, limit) for rank in found.ranks]
    return found


def _take_shown(found: Parts, fragment: Fragment, before: Fragment | None) -> bool:
    """Whether the fragment says what is shown or for each of what."""
    match fragment.effect:
        case Show(term):
            found.shows.append(term)
            found.ranked = term if before is not None and _ranks_rows(before) else found.ranked
        case Shows(terms):
            found.shows.extend(terms)
        case Measure():
            found.shows.append(fragment.effect.term)
        case ForEach(measure):
            found.shows.append(measure)
        case AsRate(table):
            found.shows.append(MeasureTerm("count", table))
        case ShowAlso(columns):
            found.also.extend(columns)
        case ShowRows(table):
            found.rows.append(table)
        case Group(term):
            found.groups.append(term)
        case GroupRows(table):
            found.group_rows.append(table)
        case GroupUnit():
            found.unit = fragment.effect
        case Compared(windows, unit, term):
            found.unit = GroupUnit(unit, term)
            found.where.append(AnyOf(tuple(Condition(term, "window", (window,)) for window in windows)))
        case _:
            return False
    return True


def _take_condition(found: Parts, effect: Effect) -> bool:
    """Whether the effect says which rows or groups are meant."""
    match effect:
        case Filter(condition):
            found.where.append(condition)
        case Filters(conditions):
            found.where.extend(conditions)
        case During():
            found.during.append(effect)
        case Upcoming(term, window, limit):
            found.where.append(Condition(term, "window", (window,)))
            found.ranks.append(Rank(term, False, limit))
        case AgainstMean():
            found.means.append((effect, len(found.where)))
        case BestOfEach():
            found.shows.extend(effect.shown)
            found.means.append((effect.mean, len(found.where)))
        case Having():
            found.having.append(effect)
        case _:
            return False
    return True


def _limited(rank: Rank | RankCount | OrderShown, limit: int) -> Rank | RankCount | OrderShown:
    """The rank with so many rows, where it does not say itself how many ("the 3 cities with the most rain")."""
    return rank if isinstance(rank, OrderShown) or (rank.limit or 1) > 1 else replace(rank, limit=limit)


def _ranks_rows(fragment: Fragment) -> bool:
    effect = fragment.effect
    return isinstance(effect, RankCount) and effect.table is None and effect.limit is not None


def tables_of(terms: Iterable[Term]) -> list[str]:
    """The tables of some terms, each once."""
    return list(dict.fromkeys(home(term) for term in terms))

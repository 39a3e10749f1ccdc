"""The fragments of the question before, of which a follow-up replaces some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import ColumnTerm, MeasureTerm, Query
from agent.drafters.builtin.read.effects import (
    Both,
    Cut,
    Effect,
    Fragment,
    Group,
    GroupRows,
    GroupUnit,
    Limit,
    Measure,
    OrderShown,
    Rank,
    RankCount,
    Show,
    ShowRows,
    Shows,
    Without,
)
from agent.drafters.builtin.schema.rows import is_numeric, keys
from agent.records import Catalog

LISTED = (Show, Shows, ShowRows)
SHOWN = (*LISTED, Measure)
GROUPS = (Group, GroupRows, GroupUnit)
ORDERS = (Rank, RankCount, OrderShown, Limit, Cut)
_MARKS = (Without, Both)


class Kept:
    """The fragments of the question before, in order, with what has replaced some of them.

    `query` is its reading, and `kinds` are those of the words of the follow-up that say how it changes that.
    """

    def __init__(self, fragments: Sequence[Fragment], query: Query, kinds: frozenset[str], catalog: Catalog) -> None:
        self.fragments = list(fragments)
        self.query = query
        self.kinds = kinds
        self.catalog = catalog
        self._new: list[Fragment] = []

    def old(self, *effects: type) -> list[Fragment]:
        """The fragments of the question before whose effects are of these types.

        What is named behind "without" or "both" is no part of what is shown.
        """
        return [part for part in self._of(*effects) if not _among(part, self._new)]

    def new(self, *effects: type) -> list[Fragment]:
        """The fragments of the follow-up whose effects are of these types."""
        return [part for part in self._of(*effects) if _among(part, self._new)]

    def _of(self, *effects: type) -> list[Fragment]:
        parts = self.fragments
        inner = [part for part in parts[self._mark :] if isinstance(part.effect, SHOWN)]
        return [part for part in parts if isinstance(part.effect, effects) and not _among(part, inner)]

    @property
    def _mark(self) -> int:
        """The place of the first "without" or "both", or where all ends."""
        marks = [place for place, part in enumerate(self.fragments) if isinstance(part.effect, _MARKS)]
        return [*marks, len(self.fragments)][0]

    @property
    def order(self) -> Rank | None:
        """The order that the question before asks for."""
        key = self.query.order_by[0] if self.query.order_by else None
        if key is None or not isinstance(key.term, ColumnTerm | MeasureTerm):
            return None
        return Rank(key.term, key.descending, self.query.limit)

    @property
    def measures(self) -> list[MeasureTerm]:
        """The measures that the question before shows."""
        return [part.effect.term for part in self.old(Measure) if isinstance(part.effect, Measure)]

    @property
    def subject(self) -> str:
        """The table whose rows the question before lists, counts or adds up."""
        rows = [part.effect.table for part in self.old(ShowRows) if isinstance(part.effect, ShowRows)]
        return rows[0] if rows else home(self.measures[0]) if self.measures else self.query.root

    def is_figure(self, term: ColumnTerm) -> bool:
        """Whether a column holds figures that are no keys."""
        table = self.catalog.table(term.table)
        column = table.column(term.column) if table else None
        return table is not None and column is not None and is_numeric(column) and column.name not in keys(table)

    def put(self, new: Fragment | Effect, olds: Iterable[Fragment] = ()) -> None:
        """Place what is new where the first of those stood that it replaces.

        So it keeps its part in "without" and "both"; what replaces nothing stands before them.
        """
        replaced = list(olds)
        places = [place for place, part in enumerate(self.fragments) if _among(part, replaced)]
        self._insert(new, [*places, self._mark][0])
        self.drop(replaced)

    def put_behind(self, new: Fragment | Effect, *effects: type) -> None:
        """Place what is new behind the last fragment of these types; first where there is none."""
        last = self._of(*effects)[-1:]
        places = [place for place, part in enumerate(self.fragments) if _among(part, last)]
        self._insert(new, places[0] + 1 if places else 0)

    def put_last(self, new: Fragment | Effect) -> None:
        """Place what is new behind everything."""
        self._insert(new, len(self.fragments))

    def drop(self, olds: Iterable[Fragment]) -> None:
        """Take fragments away."""
        dropped = list(olds)
        self.fragments = [part for part in self.fragments if not _among(part, dropped)]

    def _insert(self, new: Fragment | Effect, place: int) -> None:
        part = new if isinstance(new, Fragment) else Fragment(0, 0, "follow-up", new)
        self.fragments.insert(place, part)
        self._new.append(part)


def _among(part: Fragment, others: Iterable[Fragment]) -> bool:
    """Whether a fragment is one of others; equal ones at two places are not one."""
    return any(part is other for other in others)

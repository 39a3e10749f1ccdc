"""A rank of other rows than those shown: "the projects of the organisation with the most projects"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.drafters.builtin.assemble.parts import Features, Parts
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import ColumnTerm, Condition, MeasureTerm, Ordering, Query, Term
from agent.drafters.builtin.read.effects import Rank, RankCount
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import multiplies, path_between


@dataclass(frozen=True, slots=True)
class NestedRank:
    """The condition that says of which rows those shown are, and the table or the column that it stands for."""

    condition: Condition
    features: Features
    owner: str = ""
    column: ColumnTerm | None = None


def nested_ranks(parts: Parts, scene: Scene) -> Iterator[NestedRank]:
    """The rank as a condition on a key of the best rows of another table, or on the most frequent value of a column."""
    rank = parts.ranks[0]
    if not isinstance(rank, Rank | RankCount) or rank.limit is None:
        return
    if isinstance(rank, RankCount) and parts.ranked is not None and len(parts.shows) > 1:
        column = parts.ranked
        count = MeasureTerm("count", column.table)
        query = Query(
            column.table, (column,), group_by=(column,), order_by=(Ordering(count, rank.descending),), limit=rank.limit
        )
        yield NestedRank(Condition(column, "in", (query,)), {"rank of a value": 1.0}, column=column)
    subject = parts.subject
    for owner in dict.fromkeys((*_ranked_tables(rank), *parts.about)):
        if owner == subject or owner in {home(term) for term in parts.shows}:
            continue
        if multiplies(scene.catalog, subject, owner) or not path_between(scene.catalog, subject, owner):
            continue
        table = scene.catalog.table(owner)
        if table is None or len(table.primary_key) != 1:
            continue
        key = ColumnTerm(owner, table.primary_key[0])
        term, groups = _ranked_by(rank, subject, owner, key)
        if term is None:
            continue
        query = Query(owner, (key,), group_by=groups, order_by=(Ordering(term, rank.descending),), limit=rank.limit)
        pointer = _pointer(subject, owner, scene) or key
        how = "column" if isinstance(rank, Rank) else "count"
        features = {"rank of others": 1.0, f"rank of others by {how}": 1.0}
        yield NestedRank(Condition(pointer, "in", (query,)), features, owner)


def _ranked_tables(rank: Rank | RankCount) -> tuple[str, ...]:
    return (home(rank.term),) if isinstance(rank, Rank) and isinstance(rank.term, ColumnTerm) else ()


def _ranked_by(
    rank: Rank | RankCount, subject: str, owner: str, key: ColumnTerm
) -> tuple[Term | None, tuple[Term, ...]]:
    """What the owner's rows are ranked by, and their groups."""
    if isinstance(rank, RankCount):
        counted = rank.table or subject
        return (None, ()) if counted == owner else (MeasureTerm("count", counted), (key,))
    if isinstance(rank.term, MeasureTerm):
        return rank.term, (key,)
    return (rank.term, ()) if home(rank.term) == owner else (None, ())


def _pointer(subject: str, owner: str, scene: Scene) -> ColumnTerm | None:
    """The column of the subject that points to the owner, which saves a join."""
    table = scene.catalog.table(subject)
    for key in table.foreign_keys if table else ():
        if key.target == owner and len(key.columns) == 1:
            return ColumnTerm(subject, key.columns[0])
    return None

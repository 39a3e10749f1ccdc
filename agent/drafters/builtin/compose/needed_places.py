"""The places in FROM that the parts of a query need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.drafters.builtin.compose.place import Place
from agent.drafters.builtin.query.query import (
    AnyOf,
    BucketTerm,
    ColumnTerm,
    Condition,
    Difference,
    Exists,
    MeasureTerm,
    Multiple,
    Rate,
    Ratio,
    RelatedTerm,
    Share,
    Term,
    UnitCount,
)


def needed_places(parts: Iterable[Term | Condition | Exists | AnyOf]) -> tuple[Place, ...]:
    """Every place once, in order; those behind a subquery are its own matter.

    At least one of several conditions needs what all of them need: a row may meet one of them though it has no
    partner in the table of another.
    """
    return tuple(dict.fromkeys(place for part in parts for place in _places(part)))


def _places(part: Term | UnitCount | Condition | Exists | AnyOf) -> Iterator[Place]:
    match part:
        case ColumnTerm():
            yield Place(part.table, part.via)
            if part.less_of:
                yield Place(part.less_of)
        case BucketTerm() | UnitCount() | MeasureTerm(column=ColumnTerm()):
            yield from _places(part.column) if part.column else ()
        case Difference() | Ratio():
            yield from _places(part.left)
            yield from _places(part.right)
        case Rate():
            yield Place(part.table)
            for condition in part.conditions:
                yield from _places(condition)
        case Share():
            yield from _places(part.measure)
        case RelatedTerm() | Exists():
            yield Place(part.owner)
        case Condition():
            yield from _places(part.term)
            for value in part.values:
                column = value.column if isinstance(value, Multiple) else value
                yield from _places(column) if isinstance(column, ColumnTerm) else ()
        case AnyOf():
            first, *others = ([*_places(condition)] for condition in part.conditions)
            yield from (place for place in first if all(place in other for other in others))
        case _:
            yield Place(part.table)

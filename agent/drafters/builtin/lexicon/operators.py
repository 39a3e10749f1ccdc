"""What the phrases of the lexicon do: aggregates, superlatives, comparisons, calendar units, words of structure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Function = Literal["count", "sum", "avg", "min", "max"]
Unit = Literal["day", "week", "month", "quarter", "year", "hour", "weekday"]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """ "average", "how many": a function over what follows."""

    function: Function


@dataclass(frozen=True, slots=True)
class Superlative:
    """ "top", "cheapest": an order; `by` are words of the columns it points to, `against` those it turns round.

    `rows` says that what is ranked is how many rows there are ("most common"); `hints` are words of columns that it may
    point to where nothing else is named ("the largest").
    """

    descending: bool
    by: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    rows: bool = False
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """ "more than": an operator whose right side follows; `by` are words of the columns it points to ("older than")."""

    operator: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """ "or more": a comparison that stands behind its number; `by` is as in `Comparison`."""

    operator: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparative:
    """ "more": a comparison around what it is of ("more points than 70"); `by` is as in `Comparison`."""

    operator: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bucket:
    """ "month", "monthly": a calendar unit to group by."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class Marker:
    """A word of structure: grouping, negation, conjunction, disjunction, ordering, …"""

    kind: str


@dataclass(frozen=True, slots=True)
class Recurring:
    """ "sundays", "evening": the labels of a calendar unit that are meant; `led` ones only behind a preposition."""

    unit: Unit
    values: tuple[str, ...]
    led: bool = False


Operator = Aggregate | Superlative | Comparison | Bound | Comparative | Bucket | Marker
Words = tuple[str, ...]
Stems = tuple[str, ...]

"""The conditions of a query: of which rows an aggregate is, and whether two values of one column are alternatives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.drafters.builtin.assemble.moments import in_time
from agent.drafters.builtin.assemble.parts import Features, Parts
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, Exists, MeasureTerm, Peers, Query
from agent.drafters.builtin.read.effects import AgainstMean
from agent.drafters.builtin.read.scene import Scene

Conditions = list[Condition | AnyOf | Exists]


def conditions(parts: Parts, tables: Sequence[str], scene: Scene) -> Iterator[tuple[Conditions, Features]]:
    """All conditions, in every way left open; `tables` are those whose rows are meant, for a time without a column.

    Raises Impossible where none of the tables has a date.
    """
    windows: Conditions = [in_time(during, tables, scene) for during in parts.during]
    for found, features in _compared(parts):
        yield [*found, *windows], features
        if (merged := _either(found)) is not None:
            yield [*merged, *windows], features | {"two values as either": 1.0}


def _compared(parts: Parts) -> Iterator[tuple[Conditions, Features]]:
    """What is compared with an aggregate is so with that of all rows, of those described behind it, or of its own."""
    where: Conditions = list(parts.where)
    if not parts.means:
        yield where, {}
        return
    scopes: list[tuple[Conditions, Conditions, str]] = [(where, [], "all")]
    _, place = parts.means[0]
    plain = [part for part in where if isinstance(part, Condition)]
    if len(parts.means) == 1 and where and len(plain) == len(where):
        if where[place:]:
            scopes.append((where[:place], list(where[place:]), "those behind"))
        scopes.append((where, list(where), "the same rows"))
    for outer, inner, how in scopes:
        found = list(outer)
        for mean, _ in parts.means:
            found.append(Condition(mean.term or mean.over, mean.operator, (_reference(mean, inner),)))
        yield found, {f"mean of {how}": 1.0}


def _reference(mean: AgainstMean, inner: Conditions) -> Query | Peers:
    """What is compared with: an aggregate of the rows that meet the inner conditions, or of those like the row."""
    if mean.by:
        return Peers(mean.function, mean.over.table, mean.over.column, mean.by)
    return Query(mean.over.table, (MeasureTerm(mean.function, mean.over.table, mean.over),), tuple(inner))


def _either(found: Conditions) -> Conditions | None:
    """Two values of one column as alternatives, since no row has both; None where there are none."""
    twice = values_twice(found)
    if twice is None:
        return None
    first, second = twice
    one, other = found[first], found[second]
    if not isinstance(one, Condition) or not isinstance(other, Condition):
        return None
    merged = replace(one, values=(*one.values, *other.values))
    return [merged if place == first else part for place, part in enumerate(found) if place != second]


def values_twice(found: Sequence[Condition | AnyOf | Exists]) -> tuple[int, int] | None:
    """The places of two conditions that ask one column to have different values."""
    seen: dict[object, int] = {}
    for place, part in enumerate(found):
        if isinstance(part, Condition) and part.operator == "in" and not part.negated:
            if part.term in seen and found[seen[part.term]] != part:
                return seen[part.term], place
            seen.setdefault(part.term, place)
    return None


def condition_tables(found: Sequence[Condition | AnyOf | Exists]) -> list[str]:
    """The tables that conditions need in FROM."""
    tables: list[str] = []
    for condition in found:
        match condition:
            case AnyOf():
                tables += condition_tables(condition.conditions)
            case Exists():
                tables.append(condition.owner)
            case Condition():
                tables.append(home(condition.term))
                tables += [value.table for value in condition.values if isinstance(value, ColumnTerm)]
    return tables

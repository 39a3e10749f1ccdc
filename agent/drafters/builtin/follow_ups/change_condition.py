"""A condition that takes the place of one, or goes with those there are."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.follow_ups.kept import Kept
from agent.drafters.builtin.query.query import AnyOf, Condition, Value
from agent.drafters.builtin.read.effects import Effect, Filter, Fragment

_UPPER, _LOWER = frozenset({"<", "<="}), frozenset({">", ">="})


def change_condition(change: Fragment, effect: Filter, kept: Kept) -> None:
    """A condition replaces that on the same column, unless they bound it from two sides or take away each its own.

    After "also" the values of both are meant.
    """
    said = effect.condition
    same = [part for part in kept.old(Filter) if _replaces(said, part.effect)]
    if "also" in kept.kinds and same and isinstance(same[0].effect, Filter):
        said = _both(same[0].effect.condition, said)
    # "only in Germany and France" are two values of one column.
    for part in kept.new(Filter):
        if isinstance(part.effect, Filter) and _replaces(said, part.effect):
            said = _both(part.effect.condition, said)
            same = [*same, part]
    kept.put(replace(change, effect=Filter(said)), same)


def _replaces(said: Condition | AnyOf, effect: Effect) -> bool:
    was = effect.condition if isinstance(effect, Filter) else None
    if not isinstance(said, Condition) or not isinstance(was, Condition) or was.term != said.term:
        return False
    if was.negated and said.negated:
        return was == said
    if said.operator in _UPPER and was.operator in _LOWER:
        return _excludes(was.values[0], said.values[0])
    return not (said.operator in _LOWER and was.operator in _UPPER) or _excludes(said.values[0], was.values[0])


def _excludes(low: Value, high: Value) -> bool:
    """Whether nothing is above one bound and below the other."""
    return isinstance(low, int | float) and isinstance(high, int | float) and low >= high


def _both(was: Condition | AnyOf, said: Condition | AnyOf) -> Condition | AnyOf:
    if not isinstance(said, Condition) or not isinstance(was, Condition):
        return said
    if said.operator != "in" or was.operator != "in" or said.negated or was.negated:
        return said
    return replace(said, values=tuple(dict.fromkeys((*was.values, *said.values))))

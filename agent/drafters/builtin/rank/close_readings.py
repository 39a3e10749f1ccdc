"""The readings that are as likely as the best but for what a name in the question stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from agent.drafters.builtin.query.dates_in import dates_in
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.dates import Window
from agent.drafters.builtin.rank.keys_taken import keys_taken
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.rank.weights import load_weights
from agent.drafters.builtin.read.effects import During, Effect, GroupUnit

# A reading that is less likely than the best by this much (in the logarithm of its odds) is no close one.
CLOSE = 0.5
# What speaks against a key, a table or a column only since another comes first, of which the question says nothing.
_KEYS = {"key other": "key default", "key other unsaid": "key default unsaid"}
_PLACES = ("table", "value")
# Names are the same to the question if their scores differ by no more.
_SAME = 0.05
# What a fragment says that is no name.
_SAID = frozenset({"function", "operator", "unit", "kind"})
MAX_READINGS = 4


def close_readings(found: Sequence[Reading]) -> list[Reading]:
    """The best reading, and those close to it that read the same words in the same way with other columns or tables.

    How a sentence is built is not for the user to choose; which of two columns is meant is.
    """
    best = found[0]
    shape = _shape(best)
    close: dict[object, Reading] = {}
    for reading in found:
        if _lead(best, reading) < CLOSE and _shape(reading) == shape:
            close.setdefault(_names(reading), reading)
    return list(close.values())[:MAX_READINGS]


def _lead(best: Reading, other: Reading) -> float:
    """By how much the question speaks for the best reading rather than the other."""
    first, second = best.features, other.features
    by_place = dict(_KEYS)
    for kind in _PLACES:
        if abs(first.get(f"{kind} score", 0.0) - second.get(f"{kind} score", 0.0)) < _SAME:
            by_place |= {f"{kind} rank {rank}": "" for rank in (1, 2, 3)}
    return _by_question(best, by_place) - _by_question(other, by_place)


def _by_question(reading: Reading, by_place: Mapping[str, str]) -> float:
    """The score, as if what comes second came first."""
    weights, features = load_weights(), reading.features
    return reading.score + sum(
        (weights.of(first) - weights.of(second)) * features.get(second, 0.0) for second, first in by_place.items()
    )


def _shape(reading: Reading) -> tuple[object, ...]:
    """What is read of which words and what is shown, without the names that they stand for."""
    said = tuple((each.start, each.end, type(each.effect), _unnamed(each.effect)) for each in reading.cover.fragments)
    return said, tuple(type(term) for term in reading.query.select)


def _names(reading: Reading) -> tuple[object, ...]:
    """What the words stand for: names, and the keys and dates that the question leaves open."""
    effects = tuple(_undated(fragment.effect) for fragment in reading.cover.fragments)
    return effects, frozenset(dates_in(reading.query)), keys_taken(reading.query, reading.scene.catalog)


def _undated(effect: Effect) -> Effect:
    return replace(effect, term=None) if isinstance(effect, During | GroupUnit) else effect


def _unnamed(part: Any) -> object:
    """A part of a reading without its columns, tables and values."""
    if part is None or isinstance(part, str | ColumnTerm):
        return ""
    if isinstance(part, tuple):
        return tuple(_unnamed(each) for each in part)
    if not is_dataclass(part) or isinstance(part, Window):
        return part
    kept = (field.name for field in fields(part))
    return tuple(getattr(part, name) if name in _SAID else _unnamed(getattr(part, name)) for name in kept)

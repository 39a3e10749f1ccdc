"""The phrases that the drafter knows, read once from `lexicon.en.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from agent.drafters.builtin.tokens import stem, stems, words

Function = Literal["count", "sum", "avg", "min", "max"]
Unit = Literal["day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """ "average", "how many": a function over what follows."""

    function: Function


@dataclass(frozen=True, slots=True)
class Superlative:
    """ "top", "cheapest": an order; `by` are words of the columns it points to, `against` those it turns round."""

    descending: bool
    by: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """ "more than": an operator whose right side follows."""

    operator: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """ "month", "monthly": a calendar unit to group by."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class Marker:
    """A word of structure: grouping, negation, conjunction, disjunction, ordering, …"""

    kind: str


Operator = Aggregate | Superlative | Comparison | Bucket | Marker
Words = tuple[str, ...]
Stems = tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """Operators by their words as written, and the other word lists by stem."""

    operators: dict[Words, Operator]
    filler: frozenset[str]
    openers: frozenset[str]
    forms: dict[str, str]
    writes: tuple[Stems, ...]
    polite: tuple[Stems, ...]
    units: frozenset[str]
    numbers: dict[str, int]
    magnitudes: dict[str, int]
    months: dict[str, int]
    measures: tuple[str, ...]
    intensive: frozenset[str]
    labels: tuple[Stems, ...]
    calendar: frozenset[str]
    participles: frozenset[str]
    moments: tuple[str, ...]


_MARKERS = (
    "between",
    "by",
    "grouping",
    "sorting",
    "ordering",
    "recency",
    "descending",
    "ascending",
    "negation",
    "conjunction",
    "disjunction",
    "distinct",
)


@cache
def load_lexicon(language: str = "en") -> Lexicon:
    """The lexicon of a language, read from the file `lexicon.LANGUAGE.yaml` beside this module."""
    text = files(__package__).joinpath(f"lexicon.{language}.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=_loader())  # noqa: S506 - a safe one
    return Lexicon(
        operators=_operators(data),
        filler=frozenset(data["filler"].split()),
        openers=frozenset(data["openers"].split()),
        forms={stem(word): stem(form) for word, form in data["forms"].items()},
        writes=tuple(stems(phrase) for phrase in data["writes"]),
        polite=tuple(stems(phrase) for phrase in data["polite"]),
        units=frozenset(stem(word) for word in data["units"]),
        numbers=data["numbers"],
        magnitudes=data["magnitudes"],
        months=data["months"],
        measures=tuple(stem(word) for word in data["measures"]),
        intensive=frozenset(stem(word) for word in data["intensive"]),
        labels=tuple(stems(phrase) for phrase in data["labels"]),
        participles=frozenset(data["participles"]),
        calendar=frozenset(stem(word) for word in data["buckets"]),
        moments=tuple(stem(word) for word in data["moments"]),
    )


def _operators(data: dict[str, Any]) -> dict[Words, Operator]:
    found: dict[Words, Operator] = {}
    for kind in _MARKERS:
        found |= {words(phrase): Marker(kind) for phrase in data[kind]}
    for unit, phrases in data["buckets"].items():
        found |= {words(phrase): Bucket(unit) for phrase in phrases}
    for operator, phrases in data["comparisons"].items():
        found |= {words(phrase): Comparison(operator) for phrase in phrases}
    for entry in data["superlatives"]:
        by, against = (tuple(stem(word) for word in entry.get(key, ())) for key in ("by", "against"))
        operator = Superlative(entry["descending"], by, against)
        found |= {words(phrase): operator for phrase in entry["phrases"]}
    for function, phrases in data["aggregates"].items():
        found |= {words(phrase): Aggregate(function) for phrase in phrases}
    return found


def _loader() -> Any:
    # The C loader reads the file ten times faster; it is missing where PyYAML was built without libyaml.
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)

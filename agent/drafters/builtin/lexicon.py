"""The phrases that the drafter knows, read once from `lexicon.en.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

import yaml

from agent.drafters.builtin.question.tokens import stem, stems, words
from agent.schema_index.words import humanise

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


Operator = Aggregate | Superlative | Comparison | Bound | Comparative | Bucket | Marker
Words = tuple[str, ...]
Stems = tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """Operators by their words as written, and the other word lists by stem."""

    operators: dict[Words, Operator]
    filler: frozenset[str]
    word_classes: dict[str, str]
    function_words: frozenset[str]
    openers: frozenset[str]
    forms: dict[str, str]
    writes: tuple[Stems, ...]
    polite: tuple[Stems, ...]
    follow_ups: dict[Words, str]
    firsts: frozenset[Words]
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
    times: dict[str, int]
    quantifiers: dict[str, frozenset[str]]
    several: frozenset[str]
    compares: frozenset[str]
    differences: frozenset[str]
    minus: frozenset[str]
    profits: frozenset[str]
    worth: frozenset[str]
    prices: tuple[str, ...]
    durations: frozenset[str]
    lasting: frozenset[str]
    days: frozenset[str]
    costs: tuple[str, ...]
    ages: frozenset[str]
    persons: frozenset[str]
    places: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    answers: dict[str, bool]
    above: frozenset[str]
    below: frozenset[str]
    opposites: tuple[str, ...]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word that is known, in lower case as it is written."""
        operators = {word for phrase in self.operators for word in phrase}
        return frozenset({*operators, *self.filler, *self.openers, *self.word_classes, *self.months, *self.numbers})

    @staticmethod
    def column_words(name: str) -> Stems:
        """The stems of the words of a column's name."""
        return _column_words(name)


@cache
def _column_words(name: str) -> Stems:
    return stems(humanise(name))


# Classes of words that may also name something in a schema.
_CONTENT = frozenset({"about", "value", "time", "list", "ask", "compute"})

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
    "exhausted",
    "share",
    "conjunction",
    "disjunction",
    "distinct",
    "missing",
)


@cache
def load_lexicon(language: str = "en") -> Lexicon:
    """The lexicon of a language, read from the file `lexicon.LANGUAGE.yaml` beside this module."""
    text = files(__package__).joinpath(f"lexicon.{language}.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=_loader())  # noqa: S506 - a safe one
    word_classes = {word: kind for kind, words in data["words"].items() for word in words}
    return Lexicon(
        operators=_operators(data),
        filler=frozenset(data["filler"].split()),
        word_classes=word_classes | dict.fromkeys(data["times"], "time"),
        function_words=frozenset(word for word, kind in word_classes.items() if kind not in _CONTENT),
        openers=frozenset(data["openers"].split()),
        forms={stem(word): stem(form) for word, form in data["forms"].items()},
        writes=tuple(stems(phrase) for phrase in data["writes"]),
        polite=tuple(stems(phrase) for phrase in data["polite"]),
        firsts=frozenset(words(phrase) for phrase in data["firsts"]),
        follow_ups={words(phrase): kind for kind, phrases in data["follow_ups"].items() for phrase in phrases},
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
        first_names=tuple(data["first_names"]),
        last_names=tuple(data["last_names"]),
        answers={word: said == "yes" for said, words in data["answers"].items() for word in words},
        above=frozenset(stem(word) for word in data["above"]),
        below=frozenset(stem(word) for word in data["below"]),
        opposites=tuple(data["opposites"]),
        persons=frozenset(stem(word) for word in data["persons"]),
        places=tuple(stem(word) for word in data["places"]),
        times=data["times"],
        several=frozenset(data["several"]),
        compares=frozenset(data["compares"]),
        differences=frozenset(stem(word) for word in data["differences"]),
        minus=frozenset(data["minus"]),
        profits=frozenset(stem(word) for word in data["profits"]),
        worth=frozenset(stem(word) for word in data["worth"]),
        durations=frozenset(stem(word) for word in data["durations"]),
        lasting=frozenset(data["lasting"]),
        days=frozenset(data["days"]),
        prices=tuple(stem(word) for word in data["prices"]),
        costs=tuple(stem(word) for word in data["costs"]),
        ages=frozenset(data["ages"]),
        quantifiers={kind: frozenset(phrases) for kind, phrases in data["quantifiers"].items()},
    )


def _operators(data: dict[str, Any]) -> dict[Words, Operator]:
    found: dict[Words, Operator] = {}
    for kind in _MARKERS:
        found |= {words(phrase): Marker(kind) for phrase in data[kind]}
    for unit, phrases in (data["buckets"] | data["parts_of_time"]).items():
        found |= {words(phrase): Bucket(unit) for phrase in phrases}
    found |= _comparing(data)
    for entry in data["superlatives"]:
        by, against = (tuple(stem(word) for word in entry.get(key, ())) for key in ("by", "against"))
        hints = tuple(stem(word) for word in entry.get("hints", ()))
        operator = Superlative(entry["descending"], by, against, entry.get("rows", False), hints)
        found |= {words(phrase): operator for phrase in entry["phrases"]}
    for function, phrases in data["aggregates"].items():
        found |= {words(phrase): Aggregate(function) for phrase in phrases}
    return found


_AS_BOUND = {">": ">=", "<": "<="}
_FLIPPED = {">": "<=", "<": ">="}


def _comparing(data: dict[str, Any]) -> dict[Words, Operator]:
    """What compares: phrases as they are listed, and each comparing word in every form that it is used in."""
    found: dict[Words, Operator] = {}
    forms = data["comparing"]
    for entry in data["comparatives"]:
        sign, by = entry["operator"], tuple(stem(word) for word in entry.get("by", ()))
        for word in entry["words"]:
            found[words(word)] = Comparative(sign, by)
            found |= {words(form.format(word)): Comparison(sign, by) for form in forms["than"]}
            found |= {words(form.format(word)): Comparison(_AS_BOUND[sign], by) for form in forms["equal"]}
            found |= {words(form.format(word)): Comparison(_FLIPPED[sign], by) for form in forms["flipped"]}
            found |= {words(form.format(word)): Bound(_AS_BOUND[sign], by) for form in forms["bound"]}
    for entry in data["comparing_phrases"]:
        by = tuple(stem(word) for word in entry["by"])
        found |= {words(phrase): Comparison(entry["operator"], by) for phrase in entry["phrases"]}
    for operator, phrases in data["bounds"].items():
        found |= {words(phrase): Bound(operator) for phrase in phrases}
    for operator, phrases in data["comparisons"].items():
        found |= {words(phrase): Comparison(operator) for phrase in phrases}
    for operator, test in data["text_tests"].items():
        phrases = [*test["alone"], *(f"{before} {noun}" for before in test["before"] for noun in test["nouns"])]
        found |= {words(phrase): Comparison(operator) for phrase in phrases}
    return found


def _loader() -> Any:
    # The C loader reads the file ten times faster; it is missing where PyYAML was built without libyaml.
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)

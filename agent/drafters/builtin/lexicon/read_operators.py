"""The operators of the lexicon by their words."""

from __future__ import annotations

from typing import Any

from agent.drafters.builtin.lexicon.operators import (
    Aggregate,
    Bound,
    Bucket,
    Comparative,
    Comparison,
    Marker,
    Operator,
    Superlative,
    Words,
)
from agent.drafters.builtin.question.tokens import stem, words

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
    "among",
    "conjunction",
    "disjunction",
    "distinct",
    "missing",
    "idiom",
    "distribution",
    "once_only",
    "repeated",
)


def read_operators(data: dict[str, Any]) -> dict[Words, Operator]:
    """The operators that the parsed file lists, by their words as they are written."""
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

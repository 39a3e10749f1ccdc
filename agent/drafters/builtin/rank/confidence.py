"""How likely the best reading is right, calibrated on questions with known answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log

from agent.drafters.builtin.query.query import AllColumns, BucketTerm, ColumnTerm, Query
from agent.drafters.builtin.rank.agreement import Parts, agreement, parts_of
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.rank.unnamed import unnamed
from agent.drafters.builtin.rank.unread import (
    TELLING,
    glossed,
    guessed,
    is_verb,
    leads,
    modifies,
    says_something,
    unread_places,
)
from agent.drafters.builtin.rank.weights import load_confidence

# A reading that is this much less likely than the best says nothing.
_FAR = 8.0
# So many readings are compared; the many far ones would add up.
_COUNTED = 40
_VALUES = frozenset({"V", "N", "Q", "D"})


def confidence(found: Sequence[Reading]) -> float:
    """The probability that the first of the readings is right, between 0 and 1 (a logistic model of the evidence)."""
    weights = load_confidence()
    scores, parts = [reading.score for reading in found], [parts_of(reading.query) for reading in found[:_COUNTED]]
    evidence = {**evidence_of_reading(found[0]), **evidence_of_scores(scores, parts)}
    return 1 / (1 + exp(-weights.score(evidence.items())))


def evidence_of_scores(scores: Sequence[float], parts: Sequence[Parts]) -> Mapping[str, float]:
    """What the scores of all readings, and the parts of their queries, say of the first, which is the best one."""
    scores, parts = scores[:_COUNTED], parts[:_COUNTED]
    share = 1 / sum(exp(max(score - scores[0], -_FAR)) for score in scores)
    lead = scores[0] - scores[1] if len(scores) > 1 else _FAR
    return {"log share": log(share), "lead": min(lead, _FAR / 2), **agreement(scores, parts)}


def evidence_of_reading(reading: Reading) -> Mapping[str, float]:
    """What a reading says of itself: what it leaves unread, how well its names are linked, how much it takes on."""
    scene = reading.scene
    unread = [scene.items[place] for place in reading.cover.skipped]
    links = [
        value for fragment in reading.cover.fragments for name, value in fragment.features if name.endswith("score")
    ]
    said = [item for item in scene.items if says_something(item, scene)]
    left = unread_places(reading)
    verbs = [place for place in left if is_verb(scene.items[place], scene)]
    near = guessed(reading)
    names = [name for fragment in reading.cover.fragments for name, _ in fragment.features]
    return {
        "constant": 1.0,
        "words": min(len(scene.items), 40) / 10,
        "unread words": float(sum(item.category == "x" for item in unread)),
        "unread share": sum(item.category == "x" for item in unread) / max(len(scene.items), 1),
        "unread names": float(sum(item.category in {"C", "T"} for item in unread)),
        "unread values": float(sum(item.category in _VALUES for item in unread)),
        "unread operators": float(sum(item.operator is not None for item in unread)),
        "unread telling operators": float(sum(item.category in TELLING for item in unread)),
        "unread content": float(len(left)),
        "unread verbs": float(len(verbs)),
        "unread modifiers": float(sum(modifies(place, reading) for place in left)),
        "unread head": float(any(leads(place, reading) for place in left if place not in verbs)),
        "guessed modifiers": float(sum(modifies(place, reading) for place, _ in near)),
        "guessed head": float(any(leads(place, reading) for place, _ in near)),
        "unread content share": len(left) / max(len(said), 1),
        "unread proper names": float(sum(scene.items[place].category == "P" for place in left)),
        "glossed words": float(len(glossed(reading))),
        "names by vector": float(sum(how == "vector" for _, how in near)),
        "names by synonym": float(sum(how == "synonym" for _, how in near)),
        "guessed values": float(names.count("value guess")),
        "weakest link": min(links, default=0.5),
        "mean link": sum(links) / len(links) if links else 0.5,
        "no link": float(not links),
        "joins": reading.features.get("joins", 0.0),
        "conditions": reading.features.get("conditions", 0.0),
        "combined": float(reading.query.combined is not None),
        "implied": reading.features.get("rows implied", 0.0),
        "shown": float(len(reading.query.select)),
        "distinct": float(reading.query.distinct),
        "grouped": float(bool(reading.query.group_by)),
        "limited": float(reading.query.limit is not None),
        "rows only": float(_is_rows_only(reading.query)),
        "group without measure": float(bool(reading.query.group_by) and not _measures(reading.query)),
        **unnamed(reading),
    }


def _is_rows_only(query: Query) -> bool:
    """Whether rows are shown without anything said of them."""
    said = (*query.where, *query.group_by, *query.having, *query.order_by)
    return bool(query.select) and not said and query.combined is None


def _measures(query: Query) -> bool:
    """Whether anything is measured, be it only for the order or to leave groups out."""
    terms = (*query.select, *(key.term for key in query.order_by), *(each.term for each in query.having))
    return any(not isinstance(term, ColumnTerm | BucketTerm | AllColumns) for term in terms)

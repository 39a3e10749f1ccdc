"""How far the readings of a question agree with the first one, part by part."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import exp, log

from agent.drafters.builtin.query.query import Query
from agent.drafters.builtin.query.tables_in import tables_in
from agent.drafters.builtin.query.terms_in import terms_in

# A reading that is this much less likely than the best says nothing.
_FAR = 8.0
# Parts on which almost all readings disagree with the first are told apart no further.
_LEAST = 1e-4

Parts = Mapping[str, Hashable]


def parts_of(query: Query) -> Parts:
    """The parts of a query on which another may agree with it."""
    return {
        "select": query.select,
        "where": query.where,
        "tables": tuple(sorted({*tables_in(query), *query.joined})),
        "columns": tuple(sorted({(term.table, term.column) for term in terms_in(query)})),
    }


def agreement(scores: Sequence[float], parts: Sequence[Parts]) -> dict[str, float]:
    """For each part the logarithm of the share of the probability that readings with the part of the first one have."""
    top = max(scores)
    likely = [exp(max(score - top, -_FAR)) for score in scores]
    total = sum(likely)
    found = {}
    for name, mine in parts[0].items():
        same = sum(each for each, other in zip(likely, parts, strict=True) if other[name] == mine)
        found[f"agree {name}"] = log(max(same / total, _LEAST))
    return found

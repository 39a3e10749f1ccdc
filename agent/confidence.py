"""How likely an answer that a model drafted is right, and what that rests on, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

from agent.records import CheckedQuery, Context

# Log-odds, set by hand: a model says nothing of how sure it is, and a draft alone is as likely wrong as right.
PER_AGREEING, MOST_OF_AGREEMENT = 0.5, 2.0
PER_REPAIR, EMPTY, OF_MARGIN = -0.4, -0.8, 1.0
# Between tables whose scores differ by less, as a share of the better one, retrieval does not tell.
CLOSE = 0.05

_TIMES = {1: "once", 2: "twice", 3: "three times"}


@dataclass(frozen=True, slots=True)
class Grounds:
    """What is known of a draft that ran: `agreeing` of `drafts` gave its rows, after `repairs`, and it has `rows` rows.

    `margin` is by how much the best table that it reads fits the question better than the best that it does not, as
    a share of the better one: between -1 and 1, and None where there is nothing to compare.
    """

    repairs: int
    rows: int
    agreeing: int = 1
    drafts: int = 1
    margin: float | None = None


def confidence(grounds: Grounds) -> tuple[float, str]:
    """The probability that the answer is right, between 0 and 1, and a sentence that says what it rests on."""
    odds = PER_REPAIR * grounds.repairs + OF_MARGIN * (grounds.margin or 0.0)
    if grounds.drafts > 1:
        lead = PER_AGREEING * (2 * grounds.agreeing - grounds.drafts)
        odds += max(-MOST_OF_AGREEMENT, min(lead, MOST_OF_AGREEMENT))
    if not grounds.rows:
        odds += EMPTY
    said = "; ".join(_says(grounds))
    return round(1 / (1 + exp(-odds)), 2), f"{said[0].upper()}{said[1:]}."


def retrieval_margin(context: Context, query: CheckedQuery) -> float | None:
    """The `margin` of a query's tables among those that were retrieved for its question."""
    read = [scored.score for scored in context.tables if scored.table.id in query.tables]
    others = [scored.score for scored in context.tables if scored.table.id not in query.tables]
    if not read or not others:
        return None
    better = max(*read, *others)
    return (max(read) - max(others)) / better if better > 0 else None


def _says(grounds: Grounds) -> Iterator[str]:
    if grounds.drafts > 1:
        share = f"{grounds.agreeing} of" if grounds.agreeing < grounds.drafts else "all"
        yield f"{share} {grounds.drafts} drafts give these rows"
    else:
        yield "it rests on a single draft"
    if grounds.repairs:
        yield f"it had to be repaired {_TIMES.get(grounds.repairs, f'{grounds.repairs} times')}"
    else:
        yield "it passed the check at the first try"
    if grounds.margin is not None:
        if grounds.margin < -CLOSE:
            yield "a table that it does not read fits the question better"
        elif grounds.margin > CLOSE:
            yield "it reads the table that fits the question best"
        else:
            yield "a table that it does not read fits the question as well"
    if not grounds.rows:
        yield "no row came back, so that a condition may be wrong"

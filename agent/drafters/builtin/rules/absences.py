"""The rule for what is absent: "without orders", "never ordered", "no phone", "not shipped"."""

from __future__ import annotations

from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.items import ColumnLink, TableLink, ValueLink
from agent.drafters.builtin.lexicon import Marker
from agent.drafters.builtin.moments import moments_of, window_condition
from agent.drafters.builtin.query import Condition, Exists
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.rules.stored_values import equal


def absences(reading: Reading) -> None:
    """ "without orders", "never ordered", "no phone", "not shipped", "not discontinued"."""
    for item in list(reading.items):
        if not (isinstance(item.meaning, Marker) and item.meaning.kind == "negation"):
            continue
        position = reading.items.index(item)
        target = reading.at(position + 1)
        mention = reading.mention(position + 1)
        if target is None or mention is None:
            continue
        best = mention.links[0]
        if isinstance(best, ValueLink):
            reading.use(item)
            equal(reading, target, mention.values(), negated=True)
        elif isinstance(best, ColumnLink):
            reading.use(item, target)
            if reading.fans_out_to(best.table.id):
                reading.where.append(Exists(reading.owner(), best.table.id, negated=True))
            else:
                _without_column(reading, best)
        elif reading.subject and best.table.id != reading.subject.id:
            reading.require_path(best.table)
            reading.use(item, target)
            reading.where.append(_absent(reading, best, position))
        else:
            continue


def _absent(reading: Reading, link: TableLink, position: int) -> Exists:
    """No row of the table; a window right behind it narrows what must be absent."""
    follower = reading.at(position)
    if follower and isinstance(follower.meaning, Window):
        moments = moments_of(reading, link.table)
        if moments:
            reading.use(follower)
            return Exists(
                reading.owner(),
                link.table.id,
                (window_condition(reading, follower.phrase, follower.meaning, moments[0]),),
                negated=True,
            )
    return Exists(reading.owner(), link.table.id, negated=True)


def _without_column(reading: Reading, link: ColumnLink) -> None:
    term = link.term
    if link.column.kind == "boolean":
        reading.where.append(Condition(term, "=", (False,)))
    else:
        reading.where.append(Condition(term, "null"))

"""The rule for what is absent: "without orders", "never ordered", "no phone", "not shipped"."""

from __future__ import annotations

from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.items import ColumnLink, Mention, TableLink, ValueLink
from agent.drafters.builtin.lexicon import Marker
from agent.drafters.builtin.moments import moments_of, window_condition
from agent.drafters.builtin.query import Condition, Exists
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.rules.stored_values import equal
from agent.records import Table


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
                reading.where.append(_absent(reading, best.table, position))
            else:
                _without_column(reading, best)
        elif reading.subject and best.table.id != reading.subject.id:
            reading.require_path(best.table)
            reading.use(item, target)
            reading.where.append(_absent(reading, best.table, position))
        else:
            continue


def _absent(reading: Reading, table: Table, position: int) -> Exists:
    """No row of the table; what stands right behind it narrows what must be absent."""
    conditions: list[Condition] = []
    through: list[str] = []
    while follower := reading.at(position):
        if reading.marker(position, "by") and reading.mention(position + 1):
            # "not reviewed by …"
            reading.use(follower)
            continue
        meaning = follower.meaning
        best = meaning.links[0] if isinstance(meaning, Mention) else None
        moments = moments_of(reading, table)
        if isinstance(meaning, Window) and moments:
            conditions.append(window_condition(reading, follower.phrase, meaning, moments[0]))
        elif isinstance(best, ValueLink) and reading.fans_out_to(best.table.id):
            conditions.append(Condition(best.term, "in", (best.value,)))
        elif isinstance(best, TableLink) and reading.fans_out_to(best.table.id):
            through.append(best.table.id)
        else:
            break
        reading.use(follower)
    return Exists(reading.owner(), table.id, tuple(conditions), negated=True, through=tuple(through))


def _without_column(reading: Reading, link: ColumnLink) -> None:
    term = link.term
    if link.column.kind == "boolean":
        reading.where.append(Condition(term, "=", (False,)))
    else:
        reading.where.append(Condition(term, "null"))

"""Groups of which nothing is asked: how many there are in each is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.drafters.builtin.assemble.parts import Features, Impossible, Parts
from agent.drafters.builtin.query.query import MeasureTerm


def implied_counts(parts: Parts) -> Iterator[tuple[Parts, Features]]:
    """The parts as they are, and with the number of rows where only groups are named: "subscribers by city"."""
    grouped = parts.groups or parts.group_rows or parts.unit
    yield parts, {}
    if not grouped or parts.shows or parts.ranks or parts.having:
        return
    others = [*parts.rows, *(table for table in parts.about if table not in parts.group_rows)]
    try:
        table = others[0] if others else parts.subject
    except Impossible:
        return
    counted = replace(parts, shows=[MeasureTerm("count", table)], rows=[])
    yield counted, {"count implied": 1.0, f"count implied of {'named' if others else 'unnamed'}": 1.0}

"""What a ranking is by and whether its figure is shown: "top 5 customers by revenue"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.drafters.builtin.assemble.parts import Features, Parts
from agent.drafters.builtin.query.query import MeasureTerm
from agent.drafters.builtin.read.effects import OrderShown, Rank, RankCount

_Order = Rank | RankCount | OrderShown


def ranked_figures(parts: Parts) -> Iterator[tuple[Parts, Features]]:
    """The parts with one rank where two say it together, with and without the figure that it is by."""
    apart = _together(parts.ranks)
    if apart is not None:
        parts = replace(parts, ranks=[apart])
    yield parts, {"rank figure hidden": 1.0} if apart else {}
    figure = _figure(parts.ranks)
    if figure is not None and figure not in parts.shows:
        said = "said" if apart else "unsaid"
        features = {"rank figure shown": 1.0, f"rank figure shown {said}": 1.0}
        yield replace(parts, shows=[*parts.shows, figure]), features


def _together(ranks: list[_Order]) -> Rank | RankCount | None:
    """ "top 5" says how many and "by revenue" by what."""
    if len(ranks) != 2:
        return None
    first, second = ranks
    if not isinstance(first, RankCount) or first.table is not None or first.limit is None:
        return None
    if not isinstance(second, Rank | RankCount) or second.limit is not None:
        return None
    return replace(second, descending=first.descending, limit=first.limit)


def _figure(ranks: list[_Order]) -> MeasureTerm | None:
    rank = ranks[0] if len(ranks) == 1 else None
    if rank is None or isinstance(rank, OrderShown) or rank.limit is None:
        return None
    if isinstance(rank, RankCount):
        return MeasureTerm("count", rank.table) if rank.table else None
    return rank.term if isinstance(rank.term, MeasureTerm) else None

"""What the words of a follow-up ask for by themselves: "the other way round", "overall", "as a share of the total"."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.follow_ups.kept import GROUPS, ORDERS, Kept
from agent.drafters.builtin.read.effects import AsShare, Cut, Measure, ShowRows


def change_by_words(kept: Kept) -> None:
    """Change what the kinds of the words say."""
    order = kept.order
    if "unlimited" in kept.kinds:
        kept.drop(kept.old(Cut))
        if order is not None:
            kept.put(replace(order, limit=None), kept.old(*ORDERS))
    if "reverse" in kept.kinds and order is not None:
        kept.put(replace(order, descending=not order.descending), kept.old(*ORDERS))
    if "ungroup" in kept.kinds and kept.measures:
        kept.drop(kept.old(*GROUPS, *ORDERS))
    if "rows" in kept.kinds and kept.measures:
        kept.put(ShowRows(kept.subject), kept.old(Measure, AsShare))
    if kept.kinds & {"share", "percent"}:
        kept.put(AsShare("percent" in kept.kinds), kept.old(AsShare))

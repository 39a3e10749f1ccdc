"""Whether a column may hold what a question says beside it."""

from __future__ import annotations

from agent.drafters.builtin.link.items import ColumnLink, Item
from agent.drafters.builtin.schema.rows import is_numeric, is_temporal


def fits(item: Item, link: ColumnLink) -> bool:
    """Whether a column may hold what an item says: no date is a word or a small number, and yes and no are neither."""
    if link.column.kind == "boolean":
        return False
    if item.number is not None and not is_numeric(link.column):
        # "1 or 2" are stars, and no comments; "one" is hardly ever stored.
        samples = link.column.samples
        return item.phrase[:1].isdigit() and (not samples or any(map(_has_digit, samples)))
    return not is_temporal(link.column) or (item.quoted is not None and _has_digit(item.quoted))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))

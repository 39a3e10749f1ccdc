"""Which of its links a mention means: the one nearest to what else the question names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.drafters.builtin.items import Item, Link, Mention, TableLink
from agent.records import Catalog
from agent.schema_index.joins import join_tables


def nearest_first(items: Sequence[Item], catalog: Catalog) -> Iterator[Item]:
    """Order the links of every mention by score, by the joins to the tables that are certain, and by its neighbours."""
    anchors = list(dict.fromkeys(_anchors(items)))
    for position, item in enumerate(items):
        if isinstance(item.meaning, Mention) and len(item.meaning.links) > 1:
            after = _table_at(items, range(position + 1, len(items)))
            before = _table_at(items, range(position - 1, -1, -1))

            def cost(link: Link, after: str = after, before: str = before) -> float:
                # "names of players … coaches": the names are those of what is named next.
                beside = 0.1 if link.table.id == after else 0.05 if link.table.id == before else 0.0
                return 0.25 * joins_away(catalog, link.table.id, anchors) - link.score - beside

            item = replace(item, meaning=Mention(tuple(sorted(item.meaning.links, key=cost))))
        yield item


def joins_away(catalog: Catalog, table: str, anchors: Sequence[str]) -> int:
    """The number of joins from a table to the nearest of the anchors; 9 where none lead there."""
    distances = []
    for anchor in anchors:
        path = join_tables(catalog, [anchor, table])
        distances.append(len(path) if path is not None else 9)
    return min(distances, default=0)


def _table_at(items: Sequence[Item], places: range) -> str:
    """The table that is named nearest in that direction, or nothing."""
    for place in places:
        meaning = items[place].meaning
        best = meaning.links[0] if isinstance(meaning, Mention) else None
        if isinstance(best, TableLink):
            return best.table.id
    return ""


def _anchors(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item.meaning, Mention):
            best = item.meaning.links[0]
            if (isinstance(best, TableLink) and best.score > 0.9) or len(item.meaning.links) == 1:
                yield best.table.id

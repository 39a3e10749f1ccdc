"""What each row has itself: "margin per product", "the stock of each product" show the row and its figure."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.effects import Fragment, Shows
from agent.drafters.builtin.read.rules.figures.figures import adds_up, is_amount, table_features
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import label_columns


def own_figures(scene: Scene, start: int) -> Iterator[Fragment]:
    """A column with numbers before a mark of grouping and the name of its own table."""
    mark = start + 1
    if scene.is_any(start - 1, "agg", "sup") or not scene.is_any(mark, "grouping") or not scene.is_any(mark + 1, "T"):
        return
    for rank, link in enumerate(scene.items[start].columns[:3]):
        # What adds up is asked for in all, or on average.
        if not is_amount(link, scene) or adds_up(link, scene):
            continue
        for position, table in enumerate(scene.items[mark + 1].tables[:1]):
            if table.table.id != link.table.id:
                continue
            labels = label_columns(link.table, scene.lexicon)
            names = tuple(ColumnTerm(link.table.id, column.name) for column in labels)
            if link.term not in names:
                more = (*link_features(scene, start, link, rank), *table_features(table, position))
                yield scene.fragment(start, mark + 2, "figure of each", Shows((*names, link.term)), *more)

"""A word within a text without quotes: "products with lamp in the name"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.read.clues.targets import targets
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene


def in_names(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "with", a word, "in", and the column of text that has it."""
    word, inside = start + 1, start + 2
    if not scene.is_any(start, "with", "has") or not scene.is_any(inside, "in"):
        return
    item = scene.items[word]
    for found in targets(scene, scene.skip(inside + 1, "their", "all", most=1)):
        if found.link.column.kind == "text" and item.operator is None and item.number is None:
            condition = Condition(found.link.term, "contains", (item.quoted or item.phrase,))
            yield scene.fragment(start, found.end, "in name", Filter(condition), *found.features)

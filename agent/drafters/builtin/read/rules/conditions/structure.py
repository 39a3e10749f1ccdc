"""Words that build the sentence: "without", "never", "both … and", "but not", "different"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.read.effects import Both, Distinct, Fragment, Without
from agent.drafters.builtin.read.scene import Scene

_GLUE = ("of", "in", "x", "all", "has", "for", "by", "with", "to", "their")


def structure(scene: Scene, start: int) -> Iterator[Fragment]:
    """Marks of absence, of a second set of rows, and of rows without repeats."""
    item = scene.items[start]
    if item.operator == Marker("distinct"):
        yield scene.fragment(start, start + 1, "distinct", Distinct())
    elif item.operator == Marker("negation"):
        yield scene.fragment(start, start + 1, "without", Without())
        target = scene.skip(start + 1, *_GLUE, most=3)
        if target < len(scene.items):
            for rank, table in enumerate(scene.items[target].tables):
                more = (("table score", table.score), *((f"table rank {rank}",) if rank else ()))
                yield scene.fragment(start, target + 1, "without rows", Without(table.table.id), *more)
    elif item.operator in {Marker("conjunction"), Marker("disjunction")}:
        kind = "union" if item.operator == Marker("disjunction") else "intersect"
        before = any(scene.is_any(place, "both") for place in range(start))
        if kind == "intersect" and item.phrase != ",":
            yield scene.fragment(
                start, start + 1, "intersect", Both(kind), f"intersect {'both' if before else 'plain'}"
            )
        elif kind == "union":
            yield scene.fragment(start, start + 1, "union", Both(kind))

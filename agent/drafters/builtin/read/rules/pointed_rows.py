"""Rows by the column that points to them: "revenue per sales rep", "their managers", "the name of its author"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon import Marker
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.effects import Fragment, Group, Show
from agent.drafters.builtin.read.rules.projections import link_features
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import label_columns

_MARKS = frozenset({Marker("grouping"), Marker("by")})
_KEYS = frozenset(stem(word) for word in ("id", "ids", "identifier", "number", "code", "key", "no"))
_NAME = stem("name")
_LINKS = 3


def pointed_rows(scene: Scene, start: int) -> Iterator[Fragment]:
    """What the rows are called that a column points to, shown or as groups."""
    item = scene.items[start]
    # "who has no manager": the key itself is missing.
    denied = scene.is_any(start - 1, "negation")
    for rank, link, term in _pointed(scene, start) if not denied else ():
        kind = "pointed own" if term.via else "pointed other"
        yield scene.fragment(start, start + 1, "pointed", Show(term), kind, *link_features(scene, start, link, rank))
    grouping = item.operator in _MARKS
    if not grouping and stem(item.last_word) != _NAME:
        return
    place = scene.skip(start + 1, "of", "their", "x", "all", most=2)
    for rank, link, term in _pointed(scene, place) if place < len(scene.items) else ():
        more = ("pointed own" if term.via else "pointed other", *link_features(scene, place, link, rank))
        if grouping:
            yield scene.fragment(start, place + 1, "group pointed", Group(term), *more)
        elif place > start + 1:
            yield scene.fragment(start, place + 1, "pointed name", Show(term), *more)


def _pointed(scene: Scene, place: int) -> Iterator[tuple[int, ColumnLink, ColumnTerm]]:
    """The columns of an item that point to rows, each with the column that says what these are called."""
    item = scene.items[place]
    if stem(item.last_word) in _KEYS:
        return
    for rank, link in enumerate(item.columns[:_LINKS]):
        for key in link.table.foreign_keys:
            target = scene.catalog.table(key.target)
            if key.columns == (link.column.name,) and target is not None:
                via = link.column.name if target.id == link.table.id else ""
                yield rank, link, ColumnTerm(target.id, label_columns(target, scene.lexicon)[0].name, via)

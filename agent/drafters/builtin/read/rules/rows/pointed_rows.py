"""Rows by the column that points to them: "revenue per sales rep", "their managers", "the name of its author"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.link.items import ColumnLink, Item
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stem, stems
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.effects import Fragment, Group, GroupRows, Show
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import label_columns
from agent.schema_index.words import humanise

_MARKS = frozenset({Marker("grouping"), Marker("by")})
_NAME = stem("name")
_LINKS = 3


def pointed_rows(scene: Scene, start: int) -> Iterator[Fragment]:
    """What the rows are called that a column points to, shown or as groups."""
    item = scene.items[start]
    # "who has no manager": the key itself is missing.
    denied = scene.is_any(start - 1, "negation")
    for rank, link, term in _pointed(scene, start) if not denied else ():
        kind = "pointed own" if term.via else "pointed other"
        more = (kind, *_by_role(item, link, term, scene), *link_features(scene, start, link, rank))
        yield scene.fragment(start, start + 1, "pointed", Show(term), *more)
    grouping = item.operator in _MARKS
    if not grouping and stem(item.last_word) != _NAME:
        return
    place = scene.skip(start + 1, "of", "their", "x", "all", most=2)
    for rank, link, term in _pointed(scene, place) if place < len(scene.items) else ():
        kind = "pointed own" if term.via else "pointed other"
        more = (kind, *_by_role(scene.items[place], link, term, scene), *link_features(scene, place, link, rank))
        if grouping:
            # Two rows that are called alike stay two.
            effect = Group(term) if term.via else GroupRows(term.table)
            yield scene.fragment(start, place + 1, "group pointed", effect, *more)
        elif place > start + 1:
            yield scene.fragment(start, place + 1, "pointed name", Show(term), *more)


def _by_role(item: Item, link: ColumnLink, term: ColumnTerm, scene: Scene) -> tuple[str, ...]:
    """Whether an item says all of what a row is to those of another table, which is more than what its own is."""
    target = scene.catalog.table(term.table)
    said = {stem(word) for word in item.phrase.casefold().split()}
    role = set(stems(humanise(link.column.name))) - scene.lexicon.key_words
    # A key of the same name in both tables says what its table is called.
    called = [humanise(name) for name in (target.name, *target.primary_key)] if target else []
    named = any(role <= set(stems(name)) for name in called)
    return ("pointed by role",) if said == role and not named and not term.via else ()


def _pointed(scene: Scene, place: int) -> Iterator[tuple[int, ColumnLink, ColumnTerm]]:
    """The columns of an item that point to rows, each with the column that says what these are called."""
    item = scene.items[place]
    if stem(item.last_word) in scene.lexicon.key_words:
        return
    for rank, link in enumerate(item.columns[:_LINKS]):
        for key in link.table.foreign_keys:
            target = scene.catalog.table(key.target)
            if key.columns == (link.column.name,) and target is not None:
                via = link.column.name if target.id == link.table.id else ""
                yield rank, link, ColumnTerm(target.id, label_columns(target, scene.lexicon)[0].name, via)

"""Rows that a row of their own table has below it: "which regions belong to Europe", "the subcategories of Garden"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import ColumnTerm, Condition
from agent.drafters.builtin.read.clues.self_keys import SelfKey, self_keys, words_of
from agent.drafters.builtin.read.effects import Filter, Fragment, Group, ShowRows
from agent.drafters.builtin.read.scene import Scene

_GLUE = ("is", "that", "to", "in", "of", "x")


def rows_within(scene: Scene, start: int) -> Iterator[Fragment]:
    """A word of belonging right behind the rows, with the name of the row above them; rows called by "sub-"."""
    for key in self_keys(scene):
        if key.is_sub(scene.items[start]):
            yield scene.fragment(start, start + 1, "sub rows", ShowRows(key.table.id))
        elif _names_rows(scene, start - 1, key):
            yield from _within(scene, start, key)
        yield from _roots(scene, start, key)


def _roots(scene: Scene, start: int, key: SelfKey) -> Iterator[Fragment]:
    """ "the main categories": rows that have none above them, or the groups that they make."""
    grouping = scene.is_any(start, "grouping", "by")
    place = _behind_root(scene, scene.skip(start + 1, "of", "all", "their", most=2) if grouping else start)
    if place is None or place >= len(scene.items) or not _names_rows(scene, place, key):
        return
    (term, *_) = key.labels(scene.lexicon, above=True)
    if grouping:
        yield scene.fragment(start, _behind_examples(scene, place + 1), "group roots", Group(term))
    else:
        has_none = Condition(ColumnTerm(key.table.id, key.column), "null")
        yield scene.fragment(start, place, "root rows", Filter(has_none))


def _behind_root(scene: Scene, place: int) -> int | None:
    """The place behind a phrase for what stands above all others."""
    for end in (place + 1, place + 2):
        said = " ".join(item.phrase.casefold() for item in scene.items[place:end])
        if said in scene.lexicon.roots:
            return end
    return None


def _behind_examples(scene: Scene, place: int) -> int:
    """The place behind examples of the groups: "such as Home or Garden"."""
    end = scene.skip(place, "conjunction", most=1)
    if (
        end + 1 >= len(scene.items)
        or f"{scene.items[end].phrase} {scene.items[end + 1].phrase}".casefold() != "such as"
    ):
        return place
    return scene.skip(end + 2, "V", "P", "Q", "conjunction", "disjunction", most=9)


def _within(scene: Scene, start: int, key: SelfKey) -> Iterator[Fragment]:
    below = start > 0 and key.is_sub(scene.items[start - 1])
    first = scene.skip(start, "is", "that", most=2)
    said = first < len(scene.items) and (below or bool(words_of(scene.items[first]) & scene.lexicon.belonging))
    place = scene.skip(first if below else first + 1, *_GLUE, most=2)
    if not said or place >= len(scene.items):
        return
    (term, *_) = key.labels(scene.lexicon, above=True)
    for value in scene.items[place].values:
        if (value.table.id, value.column.name) == (term.table, term.column):
            yield scene.fragment(start, place + 1, "rows within", Filter(Condition(term, "in", (value.value,))))


def _names_rows(scene: Scene, place: int, key: SelfKey) -> bool:
    if place < 0:
        return False
    named = any(link.table.id == key.table.id for link in scene.items[place].tables[:1])
    return key.is_sub(scene.items[place]) or (named and scene.is_any(place, "T"))

"""Rows that point to rows of their own table: "who reports to Jane Roe", "the manager of John Doe", "their parents"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query import ColumnTerm, Condition
from agent.drafters.builtin.question.tokens import stem, stems
from agent.drafters.builtin.read.effects import Filter, Fragment, Group, Show
from agent.drafters.builtin.read.rules.question_words import is_of_persons
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import label_columns
from agent.records import Table
from agent.schema_index.words import humanise

_GLUE = ("is", "of", "to", "by", "for", "in", "that", "who")
_ID = stem("id")


def own_rows(scene: Scene, start: int) -> Iterator[Fragment]:
    """The row that a row points to, by what it is called: it is shown, or a name says which it is."""
    grouping = scene.is_any(start, "grouping", "by") and start + 1 < len(scene.items)
    item = scene.items[start + grouping]
    if item.values:
        return
    words = {stem(word) for word in item.phrase.casefold().split()}
    above, below = words & scene.lexicon.above, words & scene.lexicon.below
    for table, column in _pointing(scene):
        role = set(stems(humanise(column))) - {_ID}
        said = "by its name" if words & role else "by another word"
        # "boss" is a word for persons.
        if not words & role and not ((above or below) and is_of_persons(table, scene.lexicon)):
            continue
        term = ColumnTerm(table.id, label_columns(table, scene.lexicon)[0].name, via=column)
        if above and not words & role:
            shown: Group | Show = Group(term) if grouping else Show(term)
            rule = "group above" if grouping else "row above"
            yield scene.fragment(start, start + grouping + 1, rule, shown)
        if grouping:
            continue
        if found := _named_behind(scene, start, term):
            place, name = found
            effect = Filter(Condition(term, "in", (name,)))
            yield scene.fragment(start, place + 1, "rows below", effect, f"rows below {said}")


def shows_named_row(fragment: Fragment, scene: Scene) -> bool:
    """Whether a fragment shows the row that another points to, though it is named: "whose manager is Jane Roe"."""
    term = fragment.effect.term if isinstance(fragment.effect, Show) else None
    if not isinstance(term, ColumnTerm):
        return False
    for table, column in _pointing(scene):
        if table.id == term.table and column in (term.via, term.column):
            label = ColumnTerm(table.id, label_columns(table, scene.lexicon)[0].name, via=column)
            found = _named_behind(scene, fragment.end - 1, label)
            # "the manager for Jane Roe" may be hers.
            return found is not None and not any(
                scene.is_any(between, "for", "in") for between in range(fragment.end, found[0])
            )
    return False


def _named_behind(scene: Scene, start: int, term: ColumnTerm) -> tuple[int, str] | None:
    """The place behind a word at `start` that names the row, with the name."""
    place = scene.skip(start + 1, *_GLUE, most=2)
    # "the manager of X" is not "whose manager is X".
    if place >= len(scene.items) or any(scene.is_any(between, "of") for between in range(start + 1, place)):
        return None
    name = _name(scene.items[place], term)
    return (place, name) if name else None


def _pointing(scene: Scene) -> Iterator[tuple[Table, str]]:
    """The tables that point to themselves, each with the column that does."""
    for table in scene.catalog.tables:
        for key in table.foreign_keys:
            if key.target == table.id and len(key.columns) == 1:
                yield table, key.columns[0]


def _name(item: Item, term: ColumnTerm) -> str:
    """What an item says that the row is called; empty where it says none."""
    for value in item.values:
        if (value.table.id, value.column.name) == (term.table, term.column):
            return value.value
    return (item.quoted or item.phrase) if item.category in {"P", "Q"} else ""

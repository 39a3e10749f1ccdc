"""When something happened first or last: "customers who placed their first order this month", "last bought in 2024"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Function, Superlative
from agent.drafters.builtin.query.query import ColumnTerm, Condition, MeasureTerm, RelatedTerm
from agent.drafters.builtin.read.clues.events import is_verb
from agent.drafters.builtin.read.clues.persons import is_of_persons
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import path_between
from agent.drafters.builtin.schema.rows import moment_columns
from agent.records import Table

_GLUE = ("x", "is", "do", "has", "with", "me", "from", "in", "of", "about")


def first_times(scene: Scene, start: int) -> Iterator[Fragment]:
    """A first or last event with its time: the earliest or latest of what belongs to each row lies in it."""
    for table, function, place in _events(scene, start):
        window = scene.items[place].window if place < len(scene.items) else None
        dates = moment_columns(table, scene.lexicon)
        if window is None or not dates:
            continue
        measure = MeasureTerm(function, table.id, ColumnTerm(table.id, dates[0].name))
        for owner, near in _owners(table, scene):
            condition = Condition(RelatedTerm(owner.id, measure), "window", (window,))
            yield scene.fragment(start, place + 1, "first time", Filter(condition), near)


def _events(scene: Scene, start: int) -> Iterator[tuple[Table, Function, int]]:
    """What happened, whether the first or the last time is meant, and where its time may begin."""
    function = _extreme(scene, start)
    if function:
        # "their first order this month", "first ordered in May"; "the first order in May" is one of all.
        is_theirs = scene.is_any(start - 1, "their", "whose", "has") or is_verb(scene, start + 1)
        for link in scene.items[start + 1].tables[:1] if is_theirs and start + 1 < len(scene.items) else ():
            yield link.table, function, scene.skip(start + 2, *_GLUE, most=3)
        return
    # "ordered for the first time this month", "ordered last in May"
    place = scene.skip(start + 1, "for", "x", most=2)
    function = _extreme(scene, place) if is_verb(scene, start) else None
    for link in scene.items[start].tables[:1] if function else ():
        after = place + 1
        if after < len(scene.items) and scene.items[after].phrase.casefold() == "time":
            after += 1
        yield link.table, function or "min", scene.skip(after, *_GLUE, most=3)


def _extreme(scene: Scene, place: int) -> Function | None:
    """Which end of the times a word means: the first or the last."""
    operator = scene.items[place].operator if place < len(scene.items) else None
    if not isinstance(operator, Superlative) or "date" not in operator.by or "birth" in operator.by:
        return None
    return "max" if operator.descending else "min"


def _owners(table: Table, scene: Scene) -> Iterator[tuple[Table, str]]:
    """The tables to whose rows many of the table belong: those that are named, or else persons."""
    named = [name for name in scene.tables if name != table.id]
    who = any(item.category == "who" for item in scene.items)
    persons = [other for other in scene.catalog.entries if is_of_persons(other, scene.lexicon)] if who else []
    for other in dict.fromkeys([*named, *(person.id for person in persons)]):
        owner = scene.catalog.table(other)
        path = path_between(scene.catalog, other, table.id)
        if owner is not None and path and all(join.fans_out for join in path):
            yield owner, f"first time of {'named' if other in named else 'persons'}"

"""How far rows have come, by their dates: "open tasks", "overdue invoices", "paid late", "still on the way"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from agent.drafters.builtin.query.query import ColumnTerm, Condition
from agent.drafters.builtin.question.dates import Window
from agent.drafters.builtin.read.clues.events import is_verb
from agent.drafters.builtin.read.effects import Filters, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.row_dates import is_planned, is_vital
from agent.drafters.builtin.schema.rows import is_temporal
from agent.drafters.builtin.schema.spans_of_time import last_date
from agent.records import Column, Table

# So many items may say it, and so many tables are looked at.
_MOST, _TABLES = 5, 4


def date_states(scene: Scene, start: int) -> Iterator[Fragment]:
    """A phrase that says how far rows are, with the verb before it ("paid late")."""
    first = start + 1 if is_verb(scene, start) and not _state(scene, start, start + 1) else start
    for end in range(min(first + _MOST, len(scene.items)), first, -1):
        state = _state(scene, first, end)
        if state:
            yield from _fragments(scene, start, end, state)
            return


def _state(scene: Scene, start: int, end: int) -> str:
    words = " ".join(item.phrase for item in scene.items[start:end]).casefold().split()
    around = scene.lexicon.word_lists["has come"]
    while words and words[0] in around:
        words = words[1:]
    while words and words[-1] in around:
        words = words[:-1]
    return scene.lexicon.date_states.get(tuple(words), "")


def _fragments(scene: Scene, start: int, end: int, state: str) -> Iterator[Fragment]:
    rule = f"state {state}"
    for position, table in enumerate(list(scene.near_tables(start))[:_TABLES]):
        conditions = _conditions(table, state, scene)
        if conditions:
            near = f"state of {'nearest' if position == 0 else 'other'}"
            named = "state of named" if table.id in scene.tables else "state of found"
            is_beside = end < len(scene.items) and any(
                link.table.id == table.id for link in scene.items[end].tables[:1]
            )
            is_first = table.id == min(scene.tables, key=scene.tables.__getitem__, default="")
            more = [said for said, so in (("state beside", is_beside), ("state of first", is_first)) if so]
            yield scene.fragment(start, end, rule, Filters(conditions), near, named, *more)


def _conditions(table: Table, state: str, scene: Scene) -> tuple[Condition, ...]:
    """The conditions that rows of the table are so; none where their dates do not tell."""
    dates = [column for column in table.columns if is_temporal(column)]
    done = last_date(table, scene.lexicon)
    plan = next((column for column in dates if is_planned(column, scene.lexicon)), None)
    today = scene.context.question.today
    if state == "alive":
        end = next((column for column in dates if is_vital(column, scene.lexicon) and column.nullable), None)
        return (_missing(table, end),) if end else ()
    if state == "expired":
        return (_past(table, plan, today),) if plan else ()
    if done is None or not done.nullable:
        return ()
    if state == "open":
        return (_missing(table, done),)
    if plan is None:
        return ()
    if state == "overdue":
        return (_past(table, plan, today), _missing(table, done))
    sign = ">" if state == "late" else "<="
    return (Condition(ColumnTerm(table.id, done.name), sign, (ColumnTerm(table.id, plan.name),)),)


def _missing(table: Table, column: Column) -> Condition:
    return Condition(ColumnTerm(table.id, column.name), "null")


def _past(table: Table, column: Column, today: date) -> Condition:
    return Condition(ColumnTerm(table.id, column.name), "window", (Window(None, today),))

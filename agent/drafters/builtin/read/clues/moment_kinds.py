"""What kind of date a time may be of: of what a verb names, of the event itself, of a beginning, of a plan."""

from __future__ import annotations

from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.read.clues.events import events, is_verb
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.row_dates import begins_row, is_date_of, is_first_known, is_own_date
from agent.drafters.builtin.schema.rows import is_temporal, moment_columns
from agent.records import Column, Table

# From this score on a word names a column, and what differs by no more names it as well.
_NAMED, _SAME = 0.45, 0.1


def moment_kind(table: Table, column: Column, scene: Scene, place: int) -> str:
    """What the date says of a row: when what a verb names was done, when its event happened, or when it began.

    A time at a place is of the verb right before it; one before all verbs, of any.
    """
    term = ColumnTerm(table.id, column.name)
    before = next((spot for spot in range(place - 1, -1, -1) if is_verb(scene, spot)), None)
    spots = range(len(scene.items)) if before is None else (before,)
    done = [event.term for spot in spots for event in events(scene, spot)]
    if done:
        return "moment done" if term in done else "moment undone"
    if column.name in _own_dates(table, scene):
        return "moment own"
    begun = begins_row(column, scene.lexicon) or is_first_known(table, column, scene.lexicon)
    return "moment begun" if begun else "moment other"


def is_said(term: ColumnTerm, scene: Scene) -> bool:
    """Whether a word names the date, and no other date better; what says the time itself ("today") names none."""
    for item in scene.items:
        dates = [link for link in item.columns if is_temporal(link.column) and link.score >= _NAMED]
        best = max((link.score for link in dates), default=0.0)
        names = item.window is None and item.operator is None
        if names and any(link.term == term and link.score > best - _SAME for link in dates):
            return True
    return False


def _own_dates(table: Table, scene: Scene) -> set[str]:
    """The dates named for what the question calls the rows, or else for what the table is called."""
    place = scene.tables.get(table.id)
    said = stems(scene.items[place].phrase) if place is not None else ()
    dates = moment_columns(table, scene.lexicon)
    for_said = {column.name for column in dates if is_date_of(column, said, scene.lexicon)}
    return for_said or {column.name for column in dates if is_own_date(table, column, scene.lexicon)}

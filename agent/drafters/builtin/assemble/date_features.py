"""Whether the times of a query are all of one date, and of one that can be meant where none is named."""

from __future__ import annotations

from agent.drafters.builtin.assemble.parts import Features
from agent.drafters.builtin.query.dates_in import dates_in
from agent.drafters.builtin.query.query import BucketTerm, ColumnTerm, Condition, Query
from agent.drafters.builtin.read.clues.events import events
from agent.drafters.builtin.read.clues.moment_kinds import is_said
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.row_dates import is_planned, is_vital


def date_features(query: Query, scene: Scene) -> Features:
    """One feature where rows are cut to units of one date and limited to a time of another, or to times of two dates,
    and others where a time is taken by a plan, a birth or a death that the question does not name.
    """
    found: Features = {}
    for term in set(dates_in(query)):
        table = scene.catalog.table(term.table)
        column = table.column(term.column) if table else None
        if column is not None and not is_said(term, scene):
            found |= {"time by unsaid plan": 1.0} if is_planned(column, scene.lexicon) else {}
            found |= {"time by unsaid life": 1.0} if is_vital(column, scene.lexicon) else {}
    return found | _several(query, scene)


def _several(query: Query, scene: Scene) -> Features:
    units = {term.column for term in (*query.group_by, *query.select) if isinstance(term, BucketTerm)}
    windows = {
        part.term
        for part in query.where
        if isinstance(part, Condition) and part.operator == "window" and isinstance(part.term, ColumnTerm)
    }
    if len(units | windows) < 2:
        return {}
    verbs = {event.term for place in range(len(scene.items)) for event in events(scene, place)}
    said = "said" if units | windows <= verbs else "unsaid"
    return {f"{'unit of another date' if units else 'times of two dates'} {said}": 1.0}

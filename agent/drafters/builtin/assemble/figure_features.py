"""What speaks for the figures of a query: of what its time is, and whether a join would count or add rows twice."""

from __future__ import annotations

from agent.drafters.builtin.assemble.apart import are_apart
from agent.drafters.builtin.assemble.parts import Features
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import ColumnTerm, Condition, MeasureTerm, Query
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import multiplies, path_between
from agent.drafters.builtin.schema.rows import is_temporal
from agent.schema_index.words import humanise


def figure_features(query: Query, scene: Scene) -> Features:
    """The features of the measures of a query, and of the times that its rows are of."""
    terms = [*query.select, *(key.term for key in query.order_by), *(part.term for part in query.having)]
    measures = {term for term in terms if isinstance(term, MeasureTerm)}
    found: Features = {}
    dates = [part.term for part in query.where if isinstance(part, Condition) and part.operator == "window"]
    if len(dates) > len(set(dates)):
        # Two times of one date have no day in common, or one would have been said.
        found["two times of one date"] = 1.0
    if any(are_apart(first, second) for first in query.where for second in query.where):
        found["times apart"] = 1.0
    for part in query.where:
        if isinstance(part, Condition) and part.operator == "window" and isinstance(part.term, ColumnTerm):
            name = _time(part.term.table, {home(measure) for measure in measures}, query, scene)
            found[name] = found.get(name, 0.0) + 1.0
    for measure in measures:
        if measure.function in {"sum", "avg"} and measure.column and _is_date(measure.column, scene):
            found["sum of dates"] = 1.0
        if measure.function == "sum" and measure.column and _is_of_one(measure.column):
            # What is gained by one piece says nothing of all that were sold.
            found["sum of differences"] = 1.0
        if not measure.distinct and measure.function != "max" and measure.function != "min":
            around = _around(query, scene)
            path = path_between(scene.catalog, query.root, *around) or ()
            repeated = query.root == home(measure) and any(join.fans_out for join in path)
            if repeated or any(multiplies(scene.catalog, home(measure), table) for table in around):
                how = "shown" if measure in query.select else "ranked"
                found |= {f"{measure.function} multiplied": 1.0, f"{measure.function} multiplied {how}": 1.0}
    return found


def _is_of_one(term: ColumnTerm) -> bool:
    return bool(term.less) and not term.times


def _is_date(term: ColumnTerm, scene: Scene) -> bool:
    table = scene.catalog.table(term.table)
    column = table.column(term.column) if table else None
    return column is not None and is_temporal(column) and not term.less


def _time(table: str, measured: set[str], query: Query, scene: Scene) -> str:
    """Whose date it is: that of what is measured, of what it belongs to, or of something else."""
    rows = measured or {query.root}
    whose = "measure" if measured else "rows"
    if table in rows:
        return f"time of {whose}"
    wholes = {whole for own in rows for whole in _wholes(own, scene)}
    if table in wholes:
        # The lines of an order are of its time.
        return f"time of {whose}"
    if wholes:
        return f"time beside the whole of {whose}"
    farther = any(multiplies(scene.catalog, own, table) for own in rows)
    return f"time of what has many {whose}" if not farther else f"time of many of {whose}"


def _wholes(name: str, scene: Scene) -> list[str]:
    """The tables with a date of which the rows of a table are the lines: orders of order_items."""
    table = scene.catalog.table(name)
    words = set(stems(humanise(table.name))) if table else set()
    if table is None or not words & scene.lexicon.lines:
        return []
    targets = (scene.catalog.table(key.target) for key in table.foreign_keys)
    return [
        other.id
        for other in targets
        if other is not None and words & set(stems(humanise(other.name))) and any(map(is_temporal, other.columns))
    ]


def _around(query: Query, scene: Scene) -> set[str]:
    """The tables that are joined."""
    terms = [*query.select, *query.group_by, *(key.term for key in query.order_by)]
    tables = {home(term) for term in terms} | set(query.joined) | {query.root}
    tables |= {
        part.term.table for part in query.where if isinstance(part, Condition) and isinstance(part.term, ColumnTerm)
    }
    path = path_between(scene.catalog, query.root, *tables) or ()
    return tables | {join.right for join in path}

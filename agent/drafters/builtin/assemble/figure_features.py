"""What speaks for the figures of a query: of what its time is, and whether a join would count or add rows twice."""

from __future__ import annotations

from agent.drafters.builtin.assemble.parts import Features
from agent.drafters.builtin.home import home
from agent.drafters.builtin.paths import multiplies, path_between
from agent.drafters.builtin.query import AnyOf, ColumnTerm, Condition, Exists, MeasureTerm, Query
from agent.drafters.builtin.question.dates import Window
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import is_temporal


def figure_features(query: Query, scene: Scene) -> Features:
    """The features of the measures of a query, and of the times that its rows are of."""
    terms = [*query.select, *(key.term for key in query.order_by), *(part.term for part in query.having)]
    measures = {term for term in terms if isinstance(term, MeasureTerm)}
    found: Features = {}
    dates = [part.term for part in query.where if isinstance(part, Condition) and part.operator == "window"]
    if len(dates) > len(set(dates)):
        # Two times of one date have no day in common, or one would have been said.
        found["two times of one date"] = 1.0
    if any(_apart(first, second) for first in query.where for second in query.where):
        found["times apart"] = 1.0
    for part in query.where:
        if isinstance(part, Condition) and part.operator == "window" and isinstance(part.term, ColumnTerm):
            name = _time(part.term.table, {home(measure) for measure in measures}, query, scene)
            found[name] = found.get(name, 0.0) + 1.0
    for measure in measures:
        if measure.function in {"sum", "avg"} and measure.column and _is_date(measure.column, scene):
            found["sum of dates"] = 1.0
        if measure.function == "sum" and measure.column and measure.column.less:
            # What is gained by one piece says nothing of all that were sold.
            found["sum of differences"] = 1.0
        if not measure.distinct and measure.function != "max" and measure.function != "min":
            around = _around(query, scene)
            if any(multiplies(scene.catalog, home(measure), table) for table in around):
                how = "shown" if measure in query.select else "ranked"
                found |= {f"{measure.function} multiplied": 1.0, f"{measure.function} multiplied {how}": 1.0}
    return found


def _apart(first: Condition | Exists | AnyOf, second: Condition | Exists | AnyOf) -> bool:
    """Whether two conditions are times of one date of which the first ends before the second begins."""
    if not isinstance(first, Condition) or not isinstance(second, Condition) or first.term != second.term:
        return False
    ends = [value.end for value in first.values if isinstance(value, Window)]
    starts = [value.start for value in second.values if isinstance(value, Window)]
    said = not (first.negated or second.negated)
    return said and any(end is not None and start is not None and end <= start for end in ends for start in starts)


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
    farther = any(multiplies(scene.catalog, own, table) for own in rows)
    return f"time of what has many {whose}" if not farther else f"time of many of {whose}"


def _around(query: Query, scene: Scene) -> set[str]:
    """The tables that are joined."""
    terms = [*query.select, *query.group_by, *(key.term for key in query.order_by)]
    tables = {home(term) for term in terms} | set(query.joined) | {query.root}
    tables |= {
        part.term.table for part in query.where if isinstance(part, Condition) and isinstance(part.term, ColumnTerm)
    }
    path = path_between(scene.catalog, query.root, *tables) or ()
    return tables | {join.right for join in path}

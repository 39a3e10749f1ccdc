"""The date column by which rows are of a time when the question names none."""

from __future__ import annotations

from collections.abc import Iterable

from agent.drafters.builtin.assemble.parts import Impossible
from agent.drafters.builtin.query.query import ColumnTerm, Condition
from agent.drafters.builtin.read.effects import During
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import path_between
from agent.drafters.builtin.schema.row_dates import is_beside
from agent.drafters.builtin.schema.rows import moment_columns

_BESIDE = 10


def in_time(during: During, tables: Iterable[str], scene: Scene) -> Condition:
    """The condition that rows of the tables are of a time. Raises Impossible where none of them has a date."""
    return Condition(during.term or moment_of(tables, scene), "window", (during.window,))


def moment_of(tables: Iterable[str], scene: Scene) -> ColumnTerm:
    """The date column that says when a row happened: of the first table that has one, or of one that it belongs to.

    Raises Impossible where there is none.
    """
    catalog, names = scene.catalog, list(dict.fromkeys(tables))
    for name in names:
        table = catalog.table(name)
        columns = moment_columns(table, scene.lexicon) if table else ()
        if table and columns and not is_beside(columns[0], scene.lexicon):
            return ColumnTerm(table.id, columns[0].name)
    best: tuple[int, ColumnTerm] | None = None
    for name in names:
        for other in catalog.entries:
            columns = moment_columns(other, scene.lexicon)
            path = path_between(catalog, name, other.id) if columns else None
            if path is None or any(join.fans_out for join in path):
                continue
            # What is planned says little of when a row happened; then it is the row that it belongs to.
            far = len(path) + (_BESIDE if is_beside(columns[0], scene.lexicon) else 0)
            if best is None or far < best[0]:
                best = (far, ColumnTerm(other.id, columns[0].name))
    if best is None:
        raise Impossible
    return best[1]

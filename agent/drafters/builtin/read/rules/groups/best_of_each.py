"""The first row of each group: "the most expensive product in each category", "per brand the cheapest product"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Superlative
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.clues.peer_columns import own_columns
from agent.drafters.builtin.read.clues.persons import is_of_persons
from agent.drafters.builtin.read.clues.targets import counted
from agent.drafters.builtin.read.effects import BestOfEach, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import find_column, label_columns, measure_columns
from agent.records import Table

# So many tables are looked at that an item may name.
_NAMED = 2


def best_of_each(scene: Scene, start: int) -> Iterator[Fragment]:
    """A superlative with its rows, and what they are told apart by behind or before it."""
    if isinstance(scene.items[start].operator, Superlative):
        # "who earns the most in each department": the rows are persons.
        mark = start + (1 if scene.is_any(start + 1, "grouping") else 2)
        if scene.is_any(mark, "grouping") and mark + 1 < len(scene.items):
            yield from _best(scene, (start, mark + 2), start, mark + 1)
    elif scene.is_any(start, "grouping") and start + 1 < len(scene.items):
        best = scene.skip(start + 2, "conjunction", "what", "which", "is", "x", most=3)
        if best + 1 < len(scene.items):
            yield from _best(scene, (start, best + 2), best, start + 1)


def _best(scene: Scene, span: tuple[int, int], place: int, group: int) -> Iterator[Fragment]:
    operator = scene.items[place].operator
    if not isinstance(operator, Superlative) or operator.rows:
        return
    if scene.is_any(place + 1, "grouping"):
        tables = [table for table in scene.catalog.tables if is_of_persons(table, scene.lexicon)]
    else:
        tables = [named.table for named, _ in counted(scene, place + 1)][:_NAMED]
    for rank, table in enumerate(tables):
        found = _ranked(table, operator, scene)
        for column in own_columns(scene, group, table.id) if found else ():
            if found:
                term, descending = found
                shown = (_group(table, column, scene), *_labels(table, scene))
                effect = BestOfEach(term, descending, column, tuple(dict.fromkeys(shown)))
                yield scene.fragment(*span, "best of each", effect, f"best of each {'first' if rank == 0 else 'other'}")


def _ranked(table: Table, operator: Superlative, scene: Scene) -> tuple[ColumnTerm, bool] | None:
    """The column of the rows that a superlative points to, and whether the highest come first."""
    for words, descending in (
        (operator.against, not operator.descending),
        ((*operator.by, *operator.hints), operator.descending),
    ):
        column = find_column(table, words, scene.lexicon) if words else None
        if column is not None and column.kind not in {"text", "other"}:
            return ColumnTerm(table.id, column.name), descending
    own = measure_columns(table, scene.lexicon)[:1] if operator.hints else ()
    return (ColumnTerm(table.id, own[0].name), operator.descending) if own else None


def _labels(table: Table, scene: Scene) -> tuple[ColumnTerm, ...]:
    return tuple(ColumnTerm(table.id, column.name) for column in label_columns(table, scene.lexicon))


def _group(table: Table, column: str, scene: Scene) -> ColumnTerm:
    """What the rows have in common: a column of theirs, or what the row is called that it points to."""
    for key in table.foreign_keys:
        target = scene.catalog.table(key.target)
        if key.columns == (column,) and target is not None:
            return _labels(target, scene)[0]
    return ColumnTerm(table.id, column)

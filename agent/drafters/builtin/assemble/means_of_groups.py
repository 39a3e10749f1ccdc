"""Groups compared with an average: "products rated below average" are compared by the average of their ratings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.drafters.builtin.assemble.parts import Features, Impossible, Parts
from agent.drafters.builtin.query.query import ColumnTerm, MeasureTerm, Query, Ratio
from agent.drafters.builtin.read.effects import AgainstMean, Having
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import multiplies
from agent.drafters.builtin.schema.rows import is_intensive, is_numeric
from agent.records import Column, Table


def means_of_groups(parts: Parts, scene: Scene) -> Iterator[tuple[Parts, Features]]:
    """The parts as they are, and with a comparison of rows as one of what all rows of each group have together."""
    yield parts, {}
    if len(parts.means) != 1 or parts.having or parts.ranks or parts.measured:
        return
    ((mean, _),) = parts.means
    try:
        owner = parts.subject
    except Impossible:
        return
    term = mean.term or mean.over
    if mean.by or term != mean.over or mean.function != "avg" or not multiplies(scene.catalog, owner, term.table):
        return
    having, kind = _having(mean, term, owner, scene)
    if having is not None:
        yield replace(parts, means=[], having=[having]), {"mean of groups": 1.0, f"mean of groups of {kind}": 1.0}


def _having(mean: AgainstMean, term: ColumnTerm, owner: str, scene: Scene) -> tuple[Having | None, str]:
    """The comparison of the groups of an owner: of their averages, or of their sums with the sum that one has."""
    table, groups = scene.catalog.table(term.table), scene.catalog.table(owner)
    column = table.column(term.column) if table else None
    if column is None or groups is None or _has_its_own(groups, column, scene):
        return None, ""
    if is_intensive(column, scene.lexicon):
        whole = Query(term.table, (MeasureTerm("avg", term.table, term),))
        return Having("avg", term.table, term, mean.operator, whole), "rates"
    if len(groups.primary_key) != 1:
        return None, ""
    number = MeasureTerm("count", owner, ColumnTerm(owner, groups.primary_key[0]), distinct=True)
    each = Query(term.table, (Ratio(MeasureTerm("sum", term.table, term), number),))
    return Having("sum", term.table, term, mean.operator, each), "amounts"


def _has_its_own(owner: Table, column: Column, scene: Scene) -> bool:
    """Whether rows of the owner say the same of themselves: a product has a price, whatever it was sold for."""
    words = set(scene.lexicon.column_words(column.name))
    return any(is_numeric(own) and words & set(scene.lexicon.column_words(own.name)) for own in owner.columns)

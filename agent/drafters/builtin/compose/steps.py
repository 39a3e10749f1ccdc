"""The joins of a FROM, also those by a key that is not taken by default."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.drafters.builtin.compose.place import Place
from agent.errors import NotUnderstoodError
from agent.records import Catalog
from agent.schema_index.joins import Join, join_tables


@dataclass(frozen=True, slots=True)
class Step:
    """A join that attaches `right` to the places before it, `left` among them; `fans_out` is as in `Join`."""

    left: Place
    left_columns: tuple[str, ...]
    right: Place
    right_columns: tuple[str, ...]
    fans_out: bool


def steps(catalog: Catalog, places: Sequence[Place]) -> tuple[Step, ...]:
    """The joins from the first place to all others, which may pass through more.

    Raises NotUnderstoodError where no foreign keys lead there.
    """
    first, *others = (_known(place, catalog) for place in places)
    tables = [first.table, *(place.table for place in others if not place.via)]
    by_key: list[Step] = []
    for place in others:
        if place.via and place != first:
            by_key.append(step_by_key(catalog, place, tables))
            tables.append(by_key[-1].left.table)
    joins = join_tables(catalog, tables)
    if joins is None:
        raise unjoined(tables)
    # The first place stands for its table in every join.
    return tuple(
        replace(step, left=first) if step.left.table == first.table and not step.left.via else step
        for step in (*map(_default, joins), *by_key)
    )


def step_by_key(catalog: Catalog, place: Place, tables: Sequence[str], backwards: bool = False) -> Step:
    """The join that attaches a place by its key to one of the tables, or else to another that has the key.

    A key of a table to itself leads to the row that it points to, or `backwards` to the rows that point.
    Raises NotUnderstoodError where there is no such key.
    """
    found = list(_by_key(catalog, place))
    if backwards:
        found.reverse()
    known = [table.id for name in tables if (table := catalog.table(name))]
    near = [step for step in found if step.left.table in known]
    reached = [step for step in found if join_tables(catalog, [*tables[:1], step.left.table]) is not None]
    for step in (*near, *reached):
        return step
    raise unjoined([*tables[:1], place.table])


def _by_key(catalog: Catalog, place: Place) -> Iterator[Step]:
    """The steps to the place: from the tables whose key points to it, then from those that its own key points to."""
    target = catalog.table(place.table)
    if target is None:
        return
    for table in catalog.tables:
        for key in table.foreign_keys:
            if key.target == target.id and place.via in key.columns:
                yield Step(Place(table.id), key.columns, place, key.target_columns, False)
    for key in target.foreign_keys:
        if place.via in key.columns:
            unique = (target.primary_key, *target.unique)
            fans_out = all(set(key.columns) != set(columns) for columns in unique)
            yield Step(Place(key.target), key.target_columns, place, key.columns, fans_out)


def _known(place: Place, catalog: Catalog) -> Place:
    """The place with the id of its table as the catalog spells it."""
    table = catalog.table(place.table)
    return replace(place, table=table.id) if table else place


def _default(join: Join) -> Step:
    return Step(Place(join.left), join.left_columns, Place(join.right), join.right_columns, join.fans_out)


def unjoined(tables: Sequence[str]) -> NotUnderstoodError:
    """What is raised where no foreign keys join the tables."""
    return NotUnderstoodError(
        f"no foreign keys join {' and '.join(dict.fromkeys(tables))}",
        "ask about one of them, or declare how they are joined",
    )

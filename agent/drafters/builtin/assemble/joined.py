"""Which tables are joined: those that terms need, and those that are only named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from agent.drafters.builtin.assemble.conditions import Conditions, condition_tables
from agent.drafters.builtin.assemble.parts import Features
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import AnyOf, Condition, Exists, Ordering, Term
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import path_between

# With more tables that are only named, all of them are joined or none.
MOST_APART = 2


def required_tables(terms: Sequence[Term], having: Sequence[Condition], order: Sequence[Ordering]) -> list[str]:
    """The tables of what is shown, grouped by, compared and ordered by."""
    found = [*terms, *(condition.term for condition in having), *(key.term for key in order)]
    return list(dict.fromkeys(home(term) for term in found))


def joined_tables(
    about: Sequence[str], root: str, clauses: Mapping[str, str], filtered: bool, scene: Scene
) -> Iterator[tuple[list[str], Features]]:
    """The named tables that are joined, in every way, with what each is to the rows that are asked about."""
    if not about:
        yield [], {}
        return
    ways = (
        product((False, True), repeat=len(about))
        if len(about) <= MOST_APART
        else [(kept,) * len(about) for kept in (False, True)]
    )
    for way in ways:
        features: Features = {}
        for table, kept in zip(about, way, strict=True):
            how = f"about {'joined' if kept else 'dropped'}"
            relation = _relation(root, table, scene)
            names = [how, f"{how} in {clauses.get(table, 'main')}", f"{how} {relation}"]
            names.append(f"{how} {relation} {'with' if filtered else 'without'} conditions")
            for name in names:
                features[name] = features.get(name, 0.0) + 1.0
        yield [table for table, kept in zip(about, way, strict=True) if kept], features


def _relation(root: str, table: str, scene: Scene) -> str:
    """What the rows of a table are to those of the root: what they belong to, what belongs to them, or farther."""
    path = path_between(scene.catalog, root, table)
    if not path:
        return "apart"
    if len(path) > 1:
        return "far"
    return "child" if path[0].fans_out else "parent"


def many_as_exists(
    root: str, where: Conditions, joined: Sequence[str], many: set[str]
) -> tuple[Conditions, list[str]] | None:
    """The conditions on tables of which one row of the root has many as EXISTS, and the tables that are still joined.

    None where a condition cannot be put so.
    """
    kept: Conditions = []
    inner: dict[str, list[Condition]] = {table: [] for table in joined if table in many}
    for part in where:
        tables = set(condition_tables([part]))
        if not tables & many:
            kept.append(part)
        elif isinstance(part, Condition) and len(tables) == 1:
            inner.setdefault(tables.pop(), []).append(part)
        elif not isinstance(part, AnyOf):
            return None
        else:
            kept.append(part)
    # What must hold of the same rows is said of the first table, and the others are on the way to it.
    if not inner:
        return None
    first, *others = inner
    conditions = tuple(condition for found in inner.values() for condition in found)
    return [*kept, Exists(root, first, conditions, through=tuple(others))], [t for t in joined if t not in many]

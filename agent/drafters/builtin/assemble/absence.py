"""What must not be: "without pets", "never ordered", "but not from Berlin", "except those with two photos"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from agent.drafters.builtin.assemble.conditions import condition_tables
from agent.drafters.builtin.assemble.moments import in_time
from agent.drafters.builtin.assemble.parts import Features, Impossible, Parts, parts, tables_of
from agent.drafters.builtin.assemble.selection import queries
from agent.drafters.builtin.assemble.sets_by_key import sets_by_key
from agent.drafters.builtin.assemble.shown_rows import kind_of_shown
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import AnyOf, Combined, Condition, Exists, MeasureTerm, Query, RelatedTerm
from agent.drafters.builtin.query.signs import FLIPPED
from agent.drafters.builtin.read.effects import (
    Effect,
    Fragment,
    Group,
    GroupRows,
    OrderShown,
    Rank,
    RankCount,
    Without,
)
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import path_between

_OPPOSITE = {**FLIPPED, "=": "!="}
# A condition on the rows asked about, with its features.
Denied = tuple[Condition | Exists, Features]


def absence(
    before: Sequence[Fragment], denials: Sequence[tuple[Without, Sequence[Fragment]]], scene: Scene
) -> Iterator[tuple[Query, Features]]:
    """The rows of the subject to which none belongs that is described behind each word of absence, in every way.

    Orders, ranks and groups that follow are said of what is shown. Raises Impossible where it cannot be meant.
    """
    for reach in ("all that follows", "what follows first"):
        outer, inner = list(before), []
        for effect, after in denials:
            within, others = _cut(after, whole=reach == "all that follows")
            inner.append((effect, parts(within, scene)))
            outer += others
        if reach == "what follows first" and all(len(_cut(after, whole=True)[0]) < 2 for _, after in denials):
            return
        kept = parts(outer, scene)
        how: Features = {f"without {reach}": 1.0}
        if any(_is_negative(part) for _, said in inner for part in said.where):
            how["without what is not"] = 1.0
        known = any(_is_known(part, kept.subject) for _, said in inner for part in said.where)
        for query, features in _denied(kept, inner, scene):
            # "with no due date in May" is said of two things, but "not delivered" is the opposite of one.
            around = {"without what is known": 1.0} if known and "without as opposite" not in features else {}
            yield query, features | how | around


def _is_negative(part: Condition | AnyOf | Exists) -> bool:
    """Whether a condition says no by itself: what denies it would say no twice."""
    return isinstance(part, Condition) and (part.negated if part.operator != "null" else not part.negated)


def _is_known(part: Condition | AnyOf | Exists, owner: str) -> bool:
    """Whether a condition only says that a column of the rows themselves has a value: denied, the value is missing."""
    return isinstance(part, Condition) and part.operator == "null" and part.negated and home(part.term) == owner


def _cut(after: Sequence[Fragment], whole: bool) -> tuple[list[Fragment], list[Fragment]]:
    """The fragments that are denied, and those that are said of what is shown."""
    inner = [fragment for fragment in after if not _is_outer(fragment.effect)]
    outer = [fragment for fragment in after if _is_outer(fragment.effect)]
    return (inner, outer) if whole else (inner[:1], [*inner[1:], *outer])


def _is_outer(effect: Effect) -> bool:
    return isinstance(effect, Rank | RankCount | OrderShown | Group | GroupRows)


def _denied(kept: Parts, inner: Sequence[tuple[Without, Parts]], scene: Scene) -> Iterator[tuple[Query, Features]]:
    for choices in product(*(_conditions(effect, kept, said, scene) for effect, said in inner)):
        where = [*kept.where, *(condition for condition, _ in choices)]
        chosen: Features = {}
        for _, features in choices:
            chosen |= features
        try:
            for query, features in queries(replace(kept, where=where), scene):
                yield query, features | chosen
        except Impossible:
            continue
    if len(inner) == 1:
        ((effect, said),) = inner
        try:
            yield from _except(effect, kept, said, scene)
        except Impossible:
            return


def _conditions(effect: Without, kept: Parts, said: Parts, scene: Scene) -> list[Denied]:
    """What is said of a row when something is denied of it."""
    found = []
    for read in (_no_row, _no_such_number, _opposite):
        try:
            found.append(read(effect, kept, said, scene))
        except Impossible:
            continue
    return found


def _named(effect: Without, said: Parts) -> list[str]:
    """The tables of the rows that must not be there."""
    told = [effect.table] if effect.table else []
    found = [*told, *said.about, *said.rows, *tables_of(said.shows), *condition_tables(said.where)]
    return list(dict.fromkeys(found))


def _no_row(effect: Without, kept: Parts, said: Parts, scene: Scene) -> Denied:
    """No row of another table belongs to the row: NOT EXISTS."""
    owner = kept.subject
    if said.having or said.means:
        raise Impossible
    named = _named(effect, said)
    found = [part for part in said.where if isinstance(part, Condition)]
    found += [in_time(during, named or [owner], scene) for during in said.during]
    tables = [table for table in dict.fromkeys([*named, *condition_tables(found)]) if table != owner]
    if not tables or len(found) < len(said.where):
        raise Impossible
    exists = Exists(owner, tables[0], tuple(found), negated=True, through=tuple(tables[1:]))
    features = {"without rows of others": 1.0, f"without rows through {min(len(tables), 3)}": 1.0}
    if any(home(part.term) == owner for part in found):
        features["without rows by own column"] = 1.0
    return exists, features


def _no_such_number(effect: Without, kept: Parts, said: Parts, scene: Scene) -> Denied:
    """The number of rows that belong to the row is another: "except those with at least two photos"."""
    if len(said.having) != 1 or said.having[0].operator not in _OPPOSITE:
        raise Impossible
    having, owner = said.having[0], kept.subject
    table = having.table or next((name for name in _named(effect, said) if name != owner), None)
    if table is None or table == owner or not path_between(scene.catalog, owner, table):
        raise Impossible
    conditions = tuple(part for part in said.where if isinstance(part, Condition))
    term = RelatedTerm(owner, MeasureTerm(having.function, table, having.column), conditions)
    return Condition(term, _OPPOSITE[having.operator], (having.value,)), {"without such a number": 1.0}


def _opposite(effect: Without, kept: Parts, said: Parts, scene: Scene) -> Denied:
    """The one condition that follows is said the other way round of the same rows."""
    if len(said.where) != 1 or said.having or said.means or said.during or said.rows:
        raise Impossible
    (condition,) = said.where
    if not isinstance(condition, Condition):
        raise Impossible
    if condition.operator in _OPPOSITE and not any(isinstance(value, Query) for value in condition.values):
        return replace(condition, operator=_OPPOSITE[condition.operator]), {"without as opposite": 1.0}
    return replace(condition, negated=not condition.negated), {"without as opposite": 1.0}


def _except(effect: Without, kept: Parts, said: Parts, scene: Scene) -> Iterator[tuple[Query, Features]]:
    """What is shown, less what is shown of such rows: two rows that show the same are one here."""
    if kept.measured or kept.groups or kept.group_rows or kept.unit or kept.having or said.measured:
        raise Impossible
    named = [table for table in _named(effect, said) if table not in kept.rows]
    if not (said.where or said.during or said.having or said.means or named):
        raise Impossible
    right = replace(
        kept, ranks=[], where=said.where, during=said.during, means=said.means, having=said.having, about=named
    )
    is_free = not (said.where or said.during or said.having or said.means)
    taken = {query.select: query for query, _ in queries(right, scene) if _has_all(query, named)}
    for query, features in queries(kept, scene):
        other = taken.get(query.select)
        if other is None or query.limit is not None or (is_free and _is_of(query, named)):
            continue
        kind = kind_of_shown(query.select, scene)
        chosen = features | {"without as except": 1.0, f"without as except {kind}": 1.0}
        yield sets_by_key(replace(query, combined=Combined("except", replace(other, distinct=False))), scene), chosen


def _is_of(query: Query, named: Sequence[str]) -> bool:
    """Whether what is shown is of the rows that must not be there: "cities without customers", all cities of customers.

    Nothing would be left of them.
    """
    return set(named) <= {query.root, *query.joined}


def _has_all(query: Query, named: Sequence[str]) -> bool:
    """Whether all the named tables are in the query."""
    shown = {home(term) for term in (*query.select, *query.group_by, *(c.term for c in query.having))}
    return set(named) <= {query.root, *shown, *query.joined, *condition_tables(query.where)}

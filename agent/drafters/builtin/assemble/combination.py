"""Two descriptions of rows in one question: "both cats and dogs", "in 2009 or in 2010", "with an A and also a B"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Literal

from agent.drafters.builtin.assemble.conditions import condition_tables
from agent.drafters.builtin.assemble.parts import Features, Impossible, Parts, parts
from agent.drafters.builtin.assemble.selection import queries
from agent.drafters.builtin.assemble.sets_by_key import sets_by_key
from agent.drafters.builtin.assemble.shown_rows import kind_of_shown
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Combined, Condition, Exists, Query, Term
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.read.effects import Both, Fragment, OrderShown, Rank
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import multiplies
from agent.schema_index.words import humanise

# Of the ways to read the second description of rows, the first few are enough.
MOST_SECOND = 4
# What is shown that tells the rows of a table apart.
_TELLS_ROWS = frozenset({"key", "label", "several"})
_KINDS: tuple[Literal["union", "intersect"], ...] = ("union", "intersect")


def combination(
    effect: Both, before: Sequence[Fragment], after: Sequence[Fragment], scene: Scene
) -> Iterator[tuple[Query, Features]]:
    """What is shown is said once, and each part has conditions of its own; an order behind them is of the whole."""
    order = [fragment for fragment in after if _is_order(fragment)]
    left = parts([*before, *order], scene)
    right = parts([fragment for fragment in after if not _is_order(fragment)], scene)
    if effect.kind == "intersect" and _are_alike(left, right):
        left.during, right.during = left.during or right.during, right.during or left.during
    readings = (_either_condition, _union) if effect.kind == "union" else (_intersect, _another_row)
    for read in (*readings, _two_tables):
        try:
            yield from read(left, right, scene)
        except Impossible:
            continue


def _are_alike(left: Parts, right: Parts) -> bool:
    """Whether both descriptions are of one column: a time that is said once is of both ("by phone and mail in May")."""
    if not left.where or not right.where:
        return False
    one, other = left.where[-1], right.where[0]
    return isinstance(one, Condition) and isinstance(other, Condition) and one.term == other.term


def _is_order(fragment: Fragment) -> bool:
    effect = fragment.effect
    return isinstance(effect, OrderShown) or (isinstance(effect, Rank) and effect.limit is None)


def _either_condition(left: Parts, right: Parts, scene: Scene) -> Iterator[tuple[Query, Features]]:
    """The conditions on both sides of the word are alternatives; all others hold for both."""
    if right.rows or right.shows or right.groups or right.group_rows or right.having or not left.where:
        raise Impossible
    if left.groups and not (left.shows or left.rows or left.ranks or left.having):
        # "more orders by phone or by web": groups are of a figure, which is not said here.
        raise Impossible
    if not right.where or left.means or right.means:
        raise Impossible
    *head, last = left.where
    first, *tail = right.where
    if isinstance(last, AnyOf) or isinstance(first, AnyOf):
        raise Impossible
    if right.during and isinstance(first, Condition) and first.operator == "null":
        # "from Berlin or signed up in 2024": the time is that of what was done, not of both.
        raise Impossible
    merged = replace(
        left,
        where=[*head, AnyOf((last, first)), *tail],
        during=[*left.during, *right.during],
        about=[*left.about, *right.about],
        ranks=[*left.ranks, *right.ranks],
        clauses=left.clauses | right.clauses,
    )
    for query, features in queries(merged, scene):
        yield query, features | {"either condition": 1.0}


def _union(left: Parts, right: Parts, scene: Scene) -> Iterator[tuple[Query, Features]]:
    yield from _combined("union", left, right, scene)


def _intersect(left: Parts, right: Parts, scene: Scene) -> Iterator[tuple[Query, Features]]:
    yield from _combined("intersect", left, right, scene)


def _combined(
    kind: Literal["union", "intersect"], left: Parts, right: Parts, scene: Scene
) -> Iterator[tuple[Query, Features]]:
    """What is shown of the rows of the first description with what is shown of those of the second."""
    if (
        right.shows
        or right.groups
        or right.group_rows
        or right.ranks
        or left.measured
        or left.groups
        or left.group_rows
    ):
        raise Impossible
    described = [bool(side.where or side.during or side.having or side.means or side.about) for side in (left, right)]
    if not all(described) or any(rank.limit is not None for rank in left.ranks if not isinstance(rank, OrderShown)):
        raise Impossible
    about = [*right.rows, *right.about]
    # What is named before the conditions is said of both.
    shared = [table for table in left.about if left.where or left.during]
    second = replace(
        left,
        where=right.where,
        during=right.during,
        means=right.means,
        having=right.having,
        about=[*(() if about else shared), *about],
        clauses=left.clauses | right.clauses,
        ranks=[],
    )
    found: dict[object, list[tuple[Query, Features]]] = {}
    for query, features in queries(second, scene):
        if not query.distinct:
            found.setdefault(query.select, []).append((query, features))
    for query, features in queries(left, scene):
        if query.distinct:
            continue
        for other, more in islice(found.get(query.select, ()), MOST_SECOND):
            descriptions = [(side.where, side.having, side.joined) for side in (query, other)]
            if descriptions[0] == descriptions[1] or not all(map(any, descriptions)):
                continue
            shown = kind_of_shown(query.select, scene)
            if kind == "intersect" and shown in _TELLS_ROWS and _excludes(query, other, scene):
                continue
            chosen = {"combined": 1.0, f"combined {kind}": 1.0, f"combined {kind} {shown}": 1.0}
            chosen |= {f"second {name}": value for name, value in more.items() if name.startswith(("about", "joins"))}
            if kind == "union" and (condition := _either_row(query, other)):
                # Of what rows are not told apart by, a union shows each once.
                alike = shown in {"other", "pointer"}
                yield replace(query, where=(condition,), distinct=alike), features | chosen
                continue
            yield sets_by_key(replace(query, combined=Combined(kind, other)), scene), features | chosen


def _either_row(one: Query, other: Query) -> AnyOf | None:
    """Rows of one table that meet either of two conditions: a union would make one of two that are called alike.

    None where a description has more than one condition, or one that needs other tables.
    """
    queries = (one, other)
    if one.root != other.root or any(query.joined or query.having or query.group_by for query in queries):
        return None
    found = [condition for query in queries if (condition := _only(query)) is not None]
    return AnyOf((found[0], found[1])) if len(found) == 2 else None


def _only(query: Query) -> Condition | Exists | None:
    """The one condition of a query on its own rows; that a date is known goes without saying where a time is."""
    timed = {part.term for part in query.where if isinstance(part, Condition) and part.operator == "window"}
    found = [
        part
        for part in query.where
        if not (isinstance(part, Condition) and part.operator == "null" and part.negated and part.term in timed)
    ]
    terms = [*query.select, *(part.term for part in found if isinstance(part, Condition))]
    if len(found) != 1 or isinstance(found[0], AnyOf) or any(home(term) != query.root for term in terms):
        return None
    return found[0]


def _excludes(one: Query, other: Query, scene: Scene) -> bool:
    """Whether no row that is shown can be in both: each has one value of a column ("from Berlin and Paris")."""
    shown = {home(term) for term in one.select}
    for part in one.where:
        if not isinstance(part, Condition) or not isinstance(part.term, ColumnTerm) or not _is_value(part):
            continue
        if any(multiplies(scene.catalog, table, part.term.table) for table in shown):
            continue
        for second in other.where:
            same = isinstance(second, Condition) and second.term == part.term and _is_value(second)
            if isinstance(second, Condition) and same and not set(part.values) & set(second.values):
                return True
    return False


def _is_value(part: Condition) -> bool:
    return part.operator == "in" and not part.negated


def _another_row(left: Parts, right: Parts, scene: Scene) -> Iterator[tuple[Query, Features]]:
    """The second conditions are met by another row that belongs to the same one: EXISTS, which also can be counted."""
    if right.shows or right.groups or right.group_rows or right.having or right.means or not left.where:
        raise Impossible
    owner = left.subject
    conditions = [part for part in right.where if isinstance(part, Condition)]
    tables = [table for table in dict.fromkeys([*condition_tables(conditions), *right.about]) if table != owner]
    if not conditions or not tables or not multiplies(scene.catalog, owner, tables[0]):
        raise Impossible
    exists = Exists(owner, tables[0], tuple(conditions), through=tuple(tables[1:]))
    merged = replace(left, where=[*left.where, exists], ranks=[*left.ranks, *right.ranks])
    for query, features in queries(merged, scene):
        yield query, features | {"another row": 1.0}


def _two_tables(left: Parts, right: Parts, scene: Scene) -> Iterator[tuple[Query, Features]]:
    """What is shown of the rows of one table with what is called the same in another ("names of staff and clients")."""
    shown = [term for term in left.shows if isinstance(term, ColumnTerm)]
    tables = dict.fromkeys([*right.rows, *right.about])
    if len(tables) != 1 or not shown or len(shown) < len(left.shows) or left.rows or left.ranks or right.shows:
        raise Impossible
    (other,) = tables
    first = shown[0].table
    terms: list[Term] = [same for term in shown if (same := _called_the_same(term, other, scene)) is not None]
    if other == first or len(terms) < len(shown) or left.groups or left.group_rows or right.having:
        raise Impossible
    one = replace(left, about=[])
    two = replace(one, shows=terms, where=right.where, during=right.during, means=right.means, having=[])
    both = "both" if any(item.category == "both" for item in scene.items) else "and"
    seconds = [query for query, _ in queries(two, scene) if not query.distinct]
    for query, features in queries(one, scene):
        if query.distinct or not seconds:
            continue
        for kind in _KINDS:
            chosen = {f"two tables {kind}": 1.0, f"two tables {kind} {both}": 1.0}
            yield replace(query, combined=Combined(kind, seconds[0])), features | chosen


def _called_the_same(term: ColumnTerm, table: str, scene: Scene) -> ColumnTerm | None:
    """The column of the table whose name is the same but for the names of the tables."""
    there, here = scene.catalog.table(table), scene.catalog.table(term.table)
    if there is None or here is None:
        return None
    wanted = _own_words(term.column, here.name)
    return next((ColumnTerm(table, c.name) for c in there.columns if _own_words(c.name, there.name) == wanted), None)


def _own_words(column: str, table: str) -> tuple[str, ...]:
    words, own = stems(humanise(column)), set(stems(humanise(table)))
    return tuple(word for word in words if word not in own) or words

"""Two sets of rows that are shown by what they are called, put together by their key: namesakes stay apart."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.assemble.conditions import Conditions, condition_tables
from agent.drafters.builtin.assemble.joined import many_as_exists
from agent.drafters.builtin.assemble.shown_rows import label_terms
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, Exists, Query
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import multiplies


def sets_by_key(query: Query, scene: Scene) -> Query:
    """The query with what it is combined with as conditions on its rows; itself where values are shown, not rows."""
    key = _key(query, scene)
    if query.combined is None or key is None:
        return query
    other = query.combined.query
    here, tables = _conditions(query, key, scene)
    there, more = _conditions(other, key, scene)
    if query.combined.kind == "intersect":
        found, joined = [*here, *there], [*tables, *more]
    elif query.combined.kind == "except":
        found, joined = [*here, _not(there, more, other, key)], tables
    else:
        found, joined = [AnyOf((_as_one(here, tables, query, key), _as_one(there, more, other, key)))], []
    return Query(
        query.root,
        query.select,
        tuple(dict.fromkeys(found)),
        order_by=query.order_by,
        joined=tuple(dict.fromkeys(joined)),
    )


def _key(query: Query, scene: Scene) -> ColumnTerm | None:
    """The key of the rows whose names, or of which more, are shown; None where only values of them are."""
    table = scene.catalog.table(query.root)
    other = query.combined.query if query.combined else query
    if table is None or len(table.primary_key) != 1 or query.limit is not None or other.limit is not None:
        return None
    key = ColumnTerm(table.id, table.primary_key[0])
    own = all(isinstance(term, ColumnTerm) and term.table == table.id and not term.via for term in query.select)
    named = key in query.select or set(label_terms(table, scene)) <= set(query.select)
    ordered = all(home(part.term) == table.id for part in query.order_by)
    return key if own and named and ordered and other.root == query.root else None


def _conditions(query: Query, key: ColumnTerm, scene: Scene) -> tuple[Conditions, list[str]]:
    """What a row must meet to be in the set, each row once, and the tables that must have a partner for it."""
    where, joined = list(query.where), list(query.joined)
    if query.group_by or query.having:
        return [_among(query, key)], []
    many = {table for table in (*condition_tables(where), *joined) if multiplies(scene.catalog, query.root, table)}
    if not many:
        return where, joined
    fixed = many_as_exists(query.root, where, joined, many)
    return fixed if fixed is not None else ([_among(query, key)], [])


def _among(query: Query, key: ColumnTerm) -> Condition:
    groups = (key,) if query.group_by or query.having else ()
    keys = Query(query.root, (key,), query.where, group_by=groups, having=query.having, joined=query.joined)
    return Condition(key, "in", (keys,))


def _as_one(found: Conditions, joined: list[str], query: Query, key: ColumnTerm) -> Condition | Exists:
    """All that a row must meet to be in the set as one condition."""
    only = found[0] if len(found) == 1 and not joined else None
    return only if isinstance(only, Condition | Exists) else _among(query, key)


def _not(found: Conditions, joined: list[str], query: Query, key: ColumnTerm) -> Condition | Exists:
    """That a row is not in the set, also where a value is missing: a key never is."""
    only = found[0] if len(found) == 1 and not joined else None
    return (
        replace(only, negated=not only.negated)
        if isinstance(only, Exists)
        else replace(_among(query, key), negated=True)
    )

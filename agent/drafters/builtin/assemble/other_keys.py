"""Tables that two keys join: which is meant, and one table in two roles ("from Berlin to Paris")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import permutations
from typing import Any, TypeVar

from agent.drafters.builtin.assemble.parts import Features
from agent.drafters.builtin.assemble.said_words import said_words
from agent.drafters.builtin.assemble.several_keys import Key, several_keys
from agent.drafters.builtin.query.parts_in import parts_in
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, Exists, MeasureTerm, Query, RelatedTerm
from agent.drafters.builtin.question.tokens import stem, stems
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import Path
from agent.schema_index.words import humanise

Part = TypeVar("Part")
_ID = stem("id")


def by_keys(query: Query, path: Path, scene: Scene) -> Iterator[tuple[Query, Features]]:
    """The query with each key that may join its tables, the default first, and what the question says of the key."""
    pairs = several_keys(scene.catalog)
    if not pairs:
        yield query, {}
        return
    for place, part in enumerate(query.where):
        owned = _owned(part)
        if owned is None or not (keys := pairs.get(frozenset((owned.owner, owned.table)))):
            continue
        for number, key in enumerate(keys):
            changed = _belonging_by(part, key.column if number else "")
            where = (*query.where[:place], changed, *query.where[place + 1 :])
            yield replace(query, where=where), _said(key, number, scene)
        return
    for join in path or ():
        if keys := pairs.get(frozenset((join.left, join.right))):
            yield query, _said(keys[0], 0, scene)
            yield from _two_roles(query, keys)
            for key in keys[1:]:
                if (other_query := _joined_by(query, key, path)) is not None:
                    yield other_query, _said(key, 1, scene)
            return
    yield query, {}


def _owned(part: Condition | Exists | AnyOf) -> Exists | RelatedTerm | None:
    """What says in a condition which rows belong to a row."""
    owned = part.term if isinstance(part, Condition) else part
    return owned if isinstance(owned, Exists | RelatedTerm) else None


def _belonging_by(part: Condition | Exists | AnyOf, via: str) -> Condition | Exists | AnyOf:
    if isinstance(part, Condition) and isinstance(part.term, RelatedTerm):
        return replace(part, term=replace(part.term, via=via))
    return replace(part, via=via) if isinstance(part, Exists) else part


def _said(key: Key, number: int, scene: Scene) -> Features:
    """Whether the question has the words of a key that its table does not have."""
    said, unsaid = said_words(scene, key.column, key.parent)
    which = f"key {'other' if number else 'default'}"
    found = {which: 1.0, f"{which} {'said' if said else 'unsaid'}": 1.0}
    if _is_plain(key):
        found["key plain"] = 1.0
    return found | {"key words said": float(said), "key words unsaid": float(unsaid)}


def _is_plain(key: Key) -> bool:
    """Whether a key is named for the table that it points to: `department_id`, and not `head_id`."""
    return set(stems(humanise(key.column))) - {_ID} <= set(stems(humanise(key.parent)))


def _joined_by(query: Query, key: Key, path: Path) -> Query | None:
    """The query with its parent table reached by another key; None where that cannot be said."""
    beyond = [
        join
        for join in path or ()
        if key.parent in (join.left, join.right) and key.child not in (join.left, join.right)
    ]
    if beyond or key.parent in query.joined:
        return None
    counted = (part for part in parts_in(query) if isinstance(part, MeasureTerm) and part.column is None)
    if any(part.table == key.parent for part in counted):
        return None
    moved = _at(query, key)
    if query.root == key.parent:
        joined = tuple(table for table in query.joined if table != key.child)
        moved = replace(moved, root=key.child, joined=joined)
    return moved


def _two_roles(query: Query, keys: tuple[Key, ...]) -> Iterator[tuple[Query, Features]]:
    """Two values of one column of the parent: each is of another key."""
    parent = keys[0].parent
    places = [
        place
        for place, part in enumerate(query.where)
        if isinstance(part, Condition) and isinstance(part.term, ColumnTerm) and part.term.table == parent
    ]
    if len(places) != 2 or query.root == parent or any(key.parent != parent for key in keys):
        return
    for number, (first, second) in enumerate(permutations(keys[:2])):
        where = list(query.where)
        for place, key in zip(places, (first, second), strict=True):
            where[place] = _at(where[place], key)
        yield (
            replace(query, where=tuple(where)),
            {"two keys": 1.0, f"two keys {'turned' if number else 'in order'}": 1.0},
        )


def _at(part: Part, key: Key) -> Part:
    """A part of a query with the columns of the parent reached by the key."""
    if isinstance(part, ColumnTerm):
        return replace(part, via=key.column) if part.table == key.parent else part
    if isinstance(part, tuple):
        return tuple(_at(each, key) for each in part)  # type: ignore[return-value]
    # What stands in a subquery has joins of its own.
    if not is_dataclass(part) or isinstance(part, type | Exists | RelatedTerm):
        return part
    changed: dict[str, Any] = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if not isinstance(value, Query) and (new := _at(value, key)) != value:
            changed[field.name] = new
    return replace(part, **changed) if changed else part

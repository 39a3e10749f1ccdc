"""What rows are grouped by: what is shown, or the key of the rows that it is shown of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.drafters.builtin.assemble.parts import Features, Parts
from agent.drafters.builtin.assemble.shown_rows import kind_of_shown, label_terms
from agent.drafters.builtin.query.query import ColumnTerm, Term
from agent.drafters.builtin.read.scene import Scene


def grouping(
    parts: Parts, unit: Sequence[Term], plain: Sequence[Term], others: set[str], scene: Scene
) -> Iterator[tuple[list[Term], Features]]:
    """The terms to group by, in every sensible way.

    `plain` is what is shown and not measured; `others` are the tables of what is counted, measured and compared. Two
    rows that are called the same are told apart by their key, where something else is counted for each of them.
    """
    shown = list(dict.fromkeys([*parts.groups, *unit, *plain]))
    if not shown:
        return
    columns = [term for term in plain if isinstance(term, ColumnTerm)]
    tables = dict.fromkeys([*parts.group_rows, *(term.table for term in columns)])
    keys: list[Term] = []
    owners: list[str] = []
    if not parts.groups and (parts.group_rows or not unit):
        owners = parts.group_rows or list(tables)[:1]
        keys = [term for owner in owners if others - {owner} for term in _key(owner, scene)]
    keys = [key for key in keys if key not in shown]
    needs_key = bool(keys) and any(_has_namesakes(owner, columns, scene) for owner in owners)
    kind = kind_of_shown(plain, scene)
    why = _why(parts)
    for found, how in ((shown, "shown"), (list(dict.fromkeys([*keys, *shown])), "key")):
        if not keys if how == "key" else needs_key:
            continue
        found = [*_keys_above(found, scene), *found]
        features = {f"group by {how}": 1.0, f"group by {how} {why}": 1.0}
        if keys:
            features |= {f"group by {how} of {kind}": 1.0, f"group by {how} of {kind} {why}": 1.0}
        yield found, features


def _keys_above(groups: Sequence[Term], scene: Scene) -> list[Term]:
    """The keys of the rows that others of their table point to, two of which may be called alike."""
    owners = {(term.table, term.via) for term in groups if isinstance(term, ColumnTerm) and term.via}
    keys = [replace(key, via=via) for table, via in sorted(owners) for key in _key(table, scene)]
    return [key for key in keys if key not in groups]


def _has_namesakes(name: str, shown: Sequence[ColumnTerm], scene: Scene) -> bool:
    """Whether rows are shown by what they are called, which two of them may be alike."""
    table = scene.catalog.table(name)
    columns = {term.column for term in shown if term.table == name}
    if table is None or not columns >= {
        term.column for term in label_terms(table, scene) if isinstance(term, ColumnTerm)
    }:
        return False
    return not any(columns.issuperset(unique) for unique in (table.primary_key, *table.unique) if unique)


def _key(name: str, scene: Scene) -> list[ColumnTerm]:
    table = scene.catalog.table(name)
    return [ColumnTerm(table.id, column) for column in table.primary_key] if table else []


def _why(parts: Parts) -> str:
    """What makes the question one about groups."""
    if parts.group_rows:
        return "for rows"
    if parts.groups or parts.unit:
        return "for column"
    return "for having" if parts.having else "for rank" if parts.ranks else "for measure"

"""Choices between foreign keys: two tables may belong together in more ways than one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.drafters.builtin.choices import Choice, Decisions, Option
from agent.drafters.builtin.fan_out import home
from agent.drafters.builtin.query import ColumnTerm, Condition, Exists, Query, RelatedTerm
from agent.drafters.builtin.tokens import stems
from agent.drafters.builtin.wording import is_plural
from agent.records import Catalog, ForeignKey, Table
from agent.schema_index.joins import Join, join_tables
from agent.schema_index.words import humanise


def join_choices(query: Query, catalog: Catalog) -> tuple[Choice, ...]:
    """The choices between foreign keys that the joins of a query make, the key that it takes first.

    A key that is named for its target, as `member_id` is beside `approver_id`, is the only option.
    """
    choices = []
    for join in _joins(query, catalog):
        keys = _keys_between(catalog, join.left, join.right)
        if len(keys) > 1:
            taken = {(join.left, join.left_columns), (join.right, join.right_columns)}
            keys = sorted(keys, key=lambda entry: (entry[0].id, entry[1].columns) not in taken)
            plain = [entry for entry in keys if _is_plain(*entry, catalog)]
            options = tuple(_option(table, key) for table, key in plain[:1] or keys)
            choices.append(Choice(_about(join.left, join.right), options))
    return tuple(dict.fromkeys(choices))


def preferring(catalog: Catalog, decisions: Decisions) -> Catalog:
    """The catalog in which the foreign keys that were decided on beat the others of the same two tables."""
    if not any(about.startswith(_KEY) for about in decisions.made):
        return catalog
    return replace(catalog, tables=tuple(_ranked(table, decisions) for table in catalog.tables))


_KEY = "key between "


def _about(one: str, other: str) -> str:
    return _KEY + " and ".join(sorted((one.lower(), other.lower())))


def _ranked(table: Table, decisions: Decisions) -> Table:
    """The table with every key that lost marked as inferred, since a declared key beats those."""
    keys = []
    for key in table.foreign_keys:
        option = decisions.made.get(_about(table.id, key.target))
        keys.append(replace(key, inferred=option != _option(table, key)) if option else key)
    return replace(table, foreign_keys=tuple(keys))


def _option(table: Table, key: ForeignKey) -> Option:
    columns = tuple(ColumnTerm(table.id, column) for column in key.columns)
    verb = "belong" if is_plural(table.name) else "belongs"
    return Option(columns, f"{table.id} {verb} to {key.target} by {' and '.join(key.columns)}")


def _keys_between(catalog: Catalog, one: str, other: str) -> list[tuple[Table, ForeignKey]]:
    """The foreign keys of either table to the other."""
    return [
        (table, key)
        for table in filter(None, map(catalog.table, (one, other)))
        for key in table.foreign_keys
        if key.target.lower() in {one.lower(), other.lower()} and key.target.lower() != table.id.lower()
    ]


def _is_plain(table: Table, key: ForeignKey, catalog: Catalog) -> bool:
    """Whether a key is the plain one of several: `member_id` beside `approver_id`."""
    parent = catalog.table(key.target)
    name = stems(humanise(parent.name)) if parent else ()
    return len(key.columns) == 1 and stems(humanise(key.columns[0]))[: len(name)] == name


def _joins(query: Query, catalog: Catalog) -> Iterator[Join]:
    terms = [*query.select, *query.group_by, *(key.term for key in query.order_by)]
    terms += [condition.term for condition in (*query.having, *query.where) if isinstance(condition, Condition)]
    yield from join_tables(catalog, [query.root, *dict.fromkeys(home(term) for term in terms)]) or ()
    for term in terms:
        if isinstance(term, RelatedTerm):
            yield from join_tables(catalog, [term.owner, term.table]) or ()
    for part in query.where:
        if isinstance(part, Exists):
            inner = [condition.term.table for condition in part.conditions]
            yield from join_tables(catalog, [part.owner, part.table, *part.through, *inner]) or ()

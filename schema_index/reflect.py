"""Reading a database's schema into a `Catalog`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import Literal, cast

from agent.dialects.address import Address
from agent.errors import DatabaseError, UsageError
from agent.records import Catalog, Column, ColumnKind, ForeignKey, Table
from agent.schema_index.facts import ColumnFact, Facts, KeyPart, read_facts
from agent.schema_index.keys import infer_foreign_keys
from agent.schema_index.patterns import fits, fitting_none
from agent.schema_index.progress import Progress, silent
from agent.schema_index.shards import fold_shards
from agent.schema_index.words import data_lines

Name = tuple[str, str]


def reflect(
    address: Address,
    schemas: tuple[str, ...] = (),
    progress: Progress = silent,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
) -> Catalog:
    """Read every table and view, with keys, comments and inferred foreign keys; copies by date are one entry.

    These are the tables of the named schemas, or of all that the role can read, that fit a pattern of `include` (all
    where there is none) and none of `exclude`; a pattern that fits nothing is reported. What cannot be read (a view
    over a table that is gone, a virtual table of a missing extension) is left out and the rest is read.
    Raises DatabaseError when the database cannot be opened, or holds no table in one of the schemas, and UsageError
    when the patterns leave none.
    """
    facts = read_facts(address, schemas)
    tables = _distinct(_tables(facts), progress)
    if not tables and not schemas:
        raise DatabaseError("the database holds no tables", "check the database URL and what its user may read")
    found = {table.schema for table in tables}
    missing = [schema for schema in schemas if schema not in found]
    # One of them may be the default schema, which has no name in the catalog.
    if len(missing) > ("" in found):
        raise DatabaseError(
            f"no table can be read in schema {' or '.join(missing)}",
            "check the setting schemas and the privileges of the user",
        )
    catalog = _within(Catalog(address.dialect, tables, facts.default_schema), include, exclude, progress)
    # A key that is declared is not guessed at, even where its target cannot be read.
    return _resolve(infer_foreign_keys(fold_shards(catalog)))


@cache
def kind_of(declared: str) -> ColumnKind:
    """The family of a declared type; `other` for a type that is unknown or not declared."""
    return next((kind for kind, pattern in _kinds() if pattern.search(declared.lower())), "other")


@cache
def _kinds() -> tuple[tuple[ColumnKind, re.Pattern[str]], ...]:
    pairs = (line.split(maxsplit=1) for line in data_lines("types.txt"))
    return tuple((cast(ColumnKind, kind), re.compile(pattern)) for kind, pattern in pairs)


def _within(catalog: Catalog, include: tuple[str, ...], exclude: tuple[str, ...], progress: Progress) -> Catalog:
    """The catalog with the tables that the patterns leave."""
    if not include and not exclude:
        return catalog
    names = {table.id: _names(table, catalog) for table in catalog.tables}
    every = [name for found in names.values() for name in found]
    for setting, patterns in (("include", include), ("exclude", exclude)):
        for pattern in fitting_none(patterns, every):
            progress(f"the pattern {pattern} of {setting} fits no table of the database", 0, 1)
    left = tuple(
        table
        for table in catalog.tables
        if (not include or fits(include, names[table.id])) and not fits(exclude, names[table.id])
    )
    if not left:
        raise UsageError("include and exclude leave no table of the database", "check the patterns in both settings")
    return replace(catalog, tables=left)


def _names(table: Table, catalog: Catalog) -> tuple[str, ...]:
    """What a pattern may call a table: a name without a schema is that of the table in every one."""
    return (table.id, f"{table.schema or catalog.default_schema}.{table.name}", table.name)


def _tables(facts: Facts) -> list[Table]:
    columns: dict[Name, list[Column]] = defaultdict(list)
    for fact in facts.columns:
        columns[fact.schema, fact.table].append(_column(fact))
    parts: dict[Name, list[KeyPart]] = defaultdict(list)
    for part in facts.keys:
        parts[part.schema, part.table].append(part)
    return [
        Table(
            name=relation.table,
            columns=tuple(columns[name]),
            schema=relation.schema,
            kind=cast(Literal["table", "view"], relation.kind),
            comment=relation.comment,
            primary_key=_primary_key(parts[name], columns[name]),
            unique=_unique(parts[name], columns[name]),
            foreign_keys=_foreign_keys(parts[name], columns[name]),
        )
        for relation in facts.relations
        if columns[name := (relation.schema, relation.table)]
    ]


def _distinct(tables: list[Table], progress: Progress) -> tuple[Table, ...]:
    """The tables without those whose id another has: a dot in a name can make two names one."""
    found: dict[str, Table] = {}
    for table in tables:
        # Nothing could tell them apart.
        if found.setdefault(table.id, table) is not table:
            schema = f" of schema {table.schema}" if table.schema else ""
            progress(f"leaving out {table.kind} {table.name}{schema}, since another has the name {table.id}", 0, 1)
    return tuple(found.values())


def _column(fact: ColumnFact) -> Column:
    return Column(
        name=fact.name,
        type=fact.type,
        kind=kind_of(fact.family),
        nullable=bool(fact.nullable),
        comment=fact.comment,
    )


def _primary_key(parts: Iterable[KeyPart], columns: list[Column]) -> tuple[str, ...]:
    """The key, or none where the role cannot read all of it: a part alone tells no row from another."""
    key = tuple(part.column for part in parts if part.kind == "primary")
    return key if {column.name for column in columns}.issuperset(key) else ()


def _unique(parts: Iterable[KeyPart], columns: list[Column]) -> tuple[tuple[str, ...], ...]:
    """The columns of each unique key that can be read whole."""
    groups = groupby((part for part in parts if part.kind == "unique"), key=lambda part: part.key)
    keys = dict.fromkeys(tuple(part.column for part in group) for _, group in groups)
    known = {column.name for column in columns}
    return tuple(key for key in keys if known.issuperset(key))


def _foreign_keys(parts: Iterable[KeyPart], columns: list[Column]) -> tuple[ForeignKey, ...]:
    """The keys in the order of their columns: engines report them in orders of their own."""
    # A key may write its columns in another case than the table does.
    position = {column.name.lower(): place for place, column in enumerate(columns)}
    declared = groupby((part for part in parts if part.kind == "foreign"), key=lambda part: part.key)
    groups = [list(group) for _, group in declared]
    # A part of a key would join rows that do not belong together.
    whole = [group for group in groups if all(part.column.lower() in position for part in group)]
    keys = [_foreign_key(group, position, columns) for group in whole]
    return tuple(sorted(keys, key=lambda key: position[key.columns[0].lower()]))


def _foreign_key(parts: list[KeyPart], position: dict[str, int], columns: list[Column]) -> ForeignKey:
    first = parts[0]
    return ForeignKey(
        columns=tuple(columns[position[part.column.lower()]].name for part in parts),
        target=f"{first.target_schema}.{first.target}" if first.target_schema else first.target,
        target_columns=tuple(part.target_column for part in parts if part.target_column),
    )


def _resolve(catalog: Catalog) -> Catalog:
    """The catalog with foreign keys in its own spelling, without those that point to nothing."""
    return replace(
        catalog,
        tables=tuple(
            replace(table, foreign_keys=tuple(_resolved(catalog, table.foreign_keys))) for table in catalog.tables
        ),
    )


def _resolved(catalog: Catalog, keys: Iterable[ForeignKey]) -> Iterator[ForeignKey]:
    for key in keys:
        target = catalog.table(key.target)
        if target is None:
            continue
        found = [target.column(name) for name in key.target_columns or target.primary_key]
        names = tuple(column.name for column in found if column)
        if len(names) == len(key.columns):
            yield replace(key, target=target.id, target_columns=names)

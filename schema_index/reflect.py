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
from agent.errors import DatabaseError
from agent.records import Catalog, Column, ColumnKind, ForeignKey, Table
from agent.schema_index.facts import ColumnFact, Facts, KeyPart, read_facts
from agent.schema_index.keys import infer_foreign_keys
from agent.schema_index.words import data_lines

Name = tuple[str, str]


def reflect(address: Address, schemas: tuple[str, ...] = ()) -> Catalog:
    """Read every table and view, with keys, comments and inferred foreign keys.

    These are the tables of the named schemas, or of all that the role can read. What cannot be read (a view
    over a table that is gone, a virtual table of a missing extension) is left out and the rest is read.
    Raises DatabaseError when the database cannot be opened, or holds no table in one of the schemas.
    """
    tables = _tables(read_facts(address, schemas))
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
    # A key that is declared is not guessed at, even where its target cannot be read.
    return _resolve(infer_foreign_keys(Catalog(address.dialect, tables)))


def kind_of(declared: str) -> ColumnKind:
    """The family of a declared type; `other` for a type that is unknown or not declared."""
    return next((kind for kind, pattern in _kinds() if pattern.search(declared.lower())), "other")


@cache
def _kinds() -> tuple[tuple[ColumnKind, re.Pattern[str]], ...]:
    pairs = (line.split(maxsplit=1) for line in data_lines("types.txt"))
    return tuple((cast(ColumnKind, kind), re.compile(pattern)) for kind, pattern in pairs)


def _tables(facts: Facts) -> tuple[Table, ...]:
    columns: dict[Name, list[Column]] = defaultdict(list)
    for fact in facts.columns:
        columns[fact.schema, fact.table].append(_column(fact))
    parts: dict[Name, list[KeyPart]] = defaultdict(list)
    for part in facts.keys:
        parts[part.schema, part.table].append(part)
    tables = [
        Table(
            name=relation.table,
            columns=tuple(columns[name]),
            schema=relation.schema,
            kind=cast(Literal["table", "view"], relation.kind),
            comment=relation.comment,
            primary_key=tuple(part.column for part in parts[name] if not part.target),
            foreign_keys=_foreign_keys(parts[name], columns[name]),
        )
        for relation in facts.relations
        if columns[name := (relation.schema, relation.table)]
    ]
    # A dot in a name can make two names one; nothing could tell such tables apart.
    return tuple({table.id: table for table in reversed(tables)}.values())[::-1]


def _column(fact: ColumnFact) -> Column:
    return Column(
        name=fact.name,
        type=fact.type,
        kind=kind_of(fact.family),
        nullable=bool(fact.nullable),
        comment=fact.comment,
    )


def _foreign_keys(parts: Iterable[KeyPart], columns: list[Column]) -> tuple[ForeignKey, ...]:
    """The keys in the order of their columns: engines report them in orders of their own."""
    # A key may write its columns in another case than the table does.
    position = {column.name.lower(): place for place, column in enumerate(columns)}
    known = [part for part in parts if part.target and part.column.lower() in position]
    keys = [_foreign_key(list(group), position, columns) for _, group in groupby(known, key=lambda part: part.key)]
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

"""The catalog of a database as it is to be indexed, before any value is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from agent.dialects.address import Address
from agent.errors import UsageError
from agent.records import Catalog, Column, Table
from agent.schema_index.options import IndexOptions
from agent.schema_index.patterns import fits
from agent.schema_index.policy import apply_policy, unmatched
from agent.schema_index.progress import Progress
from agent.schema_index.spoken import spoken
from agent.schema_index.words import name_words

Named = TypeVar("Named", Table, Column)


def read_schema(address: Address, options: IndexOptions, progress: Progress) -> Catalog:
    """The tables of a database that the options leave, described as they say.

    Raises DatabaseError, and UsageError for descriptions that fit nothing and for a policy that leaves nothing.
    """
    from agent.schema_index.descriptions import apply_descriptions
    from agent.schema_index.reflect import reflect

    progress("reading the schema", 0, 1)
    catalog = reflect(address, options.schemas, progress, include=options.include, exclude=options.exclude)
    if options.descriptions:
        catalog = apply_descriptions(
            catalog, options.descriptions, lambda name: _is_left_out(name, options), options.origin
        )
    catalog = _written_out(catalog, options.abbreviations)
    for pattern in unmatched(options.policy, catalog):
        progress(f"the pattern {pattern} of the policy fits nothing in the database", 0, 1)
    catalog = apply_policy(catalog, options.policy)
    if not catalog.tables:
        raise UsageError("the policy leaves no table of the database", "name some in tables, or hide less")
    return catalog


def _written_out(catalog: Catalog, abbreviations: Mapping[str, str]) -> Catalog:
    """The catalog where names with abbreviations of the user's own also have their whole words as a synonym."""
    if not abbreviations:
        return catalog
    return replace(catalog, tables=tuple(_with_words(table, abbreviations) for table in catalog.tables))


def _with_words(table: Table, abbreviations: Mapping[str, str]) -> Table:
    said = spoken(table, abbreviations)
    columns = (_also(column, said.columns[column.name], abbreviations) for column in table.columns)
    return replace(_also(table, said.table, abbreviations), columns=tuple(columns))


def _also(named: Named, words: str, abbreviations: Mapping[str, str]) -> Named:
    is_short = not abbreviations.keys().isdisjoint(name_words(named.name))
    return replace(named, synonyms=(*named.synonyms, words)) if is_short and words not in named.synonyms else named


def _is_left_out(name: str, options: IndexOptions) -> bool:
    """Whether a table that is described may be missing because the options leave it out."""
    schema, _, table = name.rpartition(".")
    names = (name, table)
    return (
        fits(options.exclude, names)
        or bool(options.include and not fits(options.include, names))
        or bool(options.schemas and schema and schema not in options.schemas)
    )

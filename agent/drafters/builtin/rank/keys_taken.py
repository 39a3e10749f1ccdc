"""By which key a query joins two tables that several keys join, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.drafters.builtin.assemble.several_keys import Key, several_keys
from agent.drafters.builtin.compose.needed_places import needed_places
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, Exists, Query, RelatedTerm
from agent.drafters.builtin.schema.paths import path_between
from agent.records import Catalog
from agent.schema_index.words import humanise


def keys_taken(query: Query, catalog: Catalog) -> tuple[str, ...]:
    """One sentence for each choice of a key: "parcels belong to clients by sender id"; two roles are no choice."""
    if not several_keys(catalog):
        return ()
    queries = [query, *([query.combined.query] if query.combined else [])]
    taken = (key for each in queries for key in (*_joined(each, catalog), *_belonging(each.where, catalog)))
    return tuple(dict.fromkeys(_said(key, catalog) for key in taken))


def _joined(query: Query, catalog: Catalog) -> Iterator[Key]:
    """The keys of the tables in FROM, and those that are shown themselves."""
    terms = (*query.select, *query.group_by, *(key.term for key in query.order_by))
    places = needed_places([*terms, *query.where, *query.having])
    for join in path_between(catalog, query.root, *query.joined, *(place.table for place in places)) or ():
        keys = several_keys(catalog).get(frozenset((join.left, join.right)), ())
        vias = {place.via for place in places if place.via in {key.column for key in keys}}
        if len(vias) < 2:
            yield from [key for key in keys if key.column in vias] or keys[:1]
    shown = {(term.table, term.column) for term in query.select if isinstance(term, ColumnTerm)}
    for keys in several_keys(catalog).values():
        yield from (key for key in keys if (key.child, key.column) in shown)


def _belonging(where: Sequence[Condition | AnyOf | Exists], catalog: Catalog) -> Iterator[Key]:
    """The keys by which other rows belong to those of which something is said."""
    for part in where:
        if isinstance(part, AnyOf):
            yield from _belonging(part.conditions, catalog)
            continue
        owned = part.term if isinstance(part, Condition) else part
        if isinstance(owned, Exists | RelatedTerm):
            keys = several_keys(catalog).get(frozenset((owned.owner, owned.table)), ())
            yield from [key for key in keys if key.column == owned.via] or keys[:1]


def _said(key: Key, catalog: Catalog) -> str:
    child, parent = (table.name if (table := catalog.table(name)) else name for name in (key.child, key.parent))
    return f"{humanise(child)} belong to {humanise(parent)} by {key.column}"

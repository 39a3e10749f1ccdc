"""The tables that bear a tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from agent.errors import UsageError
from agent.records import Catalog, Table


def tagged(catalog: Catalog, tags: Iterable[str]) -> frozenset[str]:
    """The ids of the tables that bear one of the tags, or have a column that does; case does not matter.

    Raises UsageError for a tag that nothing bears, with the nearest.
    """
    found: set[str] = set()
    for tag in tags:
        bearing = {table.id for table in catalog.tables if tag.casefold() in _tags(table)}
        if not bearing:
            raise UsageError(f"no table or column has the tag {tag}", _near(tag, catalog))
        found |= bearing
    return frozenset(found)


def _tags(table: Table) -> Iterator[str]:
    yield from (tag.casefold() for tag in table.tags)
    yield from (tag.casefold() for column in table.columns for tag in column.tags)


def _near(tag: str, catalog: Catalog) -> str:
    known = sorted({tag for table in catalog.tables for tag in _tags(table)})
    if near := get_close_matches(tag.casefold(), known, n=1):
        return f"did you mean {near[0]}?"
    if not known:
        return "agent schema describe --table NAME --tag TAG gives it to one"
    return f"the tags are: {', '.join(known[:10])}{', …' if len(known) > 10 else ''}"

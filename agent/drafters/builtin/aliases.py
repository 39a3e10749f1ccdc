"""Aliases for the tables of a query that share a bare name, which would hide one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from agent.records import Table


def table_aliases(tables: Collection[Table]) -> dict[str, str]:
    """An alias such as `sales_orders` by id for each table of a schema that has a namesake among the others.

    A table of the default schema keeps its bare name.
    """
    shared = Counter(table.name.casefold() for table in tables)
    taken = {table.name.casefold() for table in tables}
    found: dict[str, str] = {}
    for table in tables:
        if shared[table.name.casefold()] > 1 and table.schema:
            found[table.id] = _free(f"{table.schema}_{table.name}", taken)
            taken.add(found[table.id].casefold())
    return found


def _free(name: str, taken: Collection[str]) -> str:
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name}_{number}"
    return free

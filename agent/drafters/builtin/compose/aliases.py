"""Aliases for tables that would hide one another: those of one name, and those that a query reads twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from agent.drafters.builtin.compose.place import Place
from agent.records import Table


def table_aliases(tables: Mapping[Place, Table]) -> dict[Place, str]:
    """An alias for each place that needs one.

    It is `sales_orders` for a table of a schema that has a namesake among the others (one of the default schema keeps
    its bare name), and `source_airports` for a table that is reached by the key `source_id`.
    """
    shared = Counter(table.name.casefold() for table in {table.id: table for table in tables.values()}.values())
    taken = {table.name.casefold() for table in tables.values()}
    found: dict[Place, str] = {}
    for place, table in tables.items():
        if place.via:
            found[place] = _free(f"{place.role}_{table.name}".casefold(), taken)
        elif shared[table.name.casefold()] > 1 and table.schema:
            found[place] = _free(f"{table.schema}_{table.name}", taken)
        if place in found:
            taken.add(found[place].casefold())
    return found


def _free(name: str, taken: Collection[str]) -> str:
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name}_{number}"
    return free

"""What MySQL and MariaDB expect of a query, from their EXPLAIN FORMAT=JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from agent.records import Plan

Node = dict[str, Any]


def mysql_plan(explained: str) -> Plan:
    """The plan of a statement; MariaDB tells no cost before version 11."""
    block: Node = json.loads(explained)["query_block"]
    cost = block.get("cost_info", {}).get("query_cost") or block.get("cost")
    return Plan(rows=max(_rows(block), default=None), cost=None if cost is None else float(cost))


def _rows(part: Any) -> Iterator[float]:
    """The rows that every table is read for, and those that every join looks at."""
    match part:
        case list():
            for item in part:
                yield from _rows(item)
        case dict():
            if (rows := _rows_of(part)) is not None:
                yield rows
            if "nested_loop" in part:
                yield from _rows_of_join(part["nested_loop"])
            for item in part.values():
                yield from _rows(item)


def _rows_of_join(parts: list[Node]) -> Iterator[float]:
    """For each table of a join, in their order, the pairs of its rows with what the ones before left."""
    left = 1.0
    for part in parts:
        if (table := _table(part)) is None:
            continue
        looked_at = left * (_rows_of(table) or 1.0)
        left = looked_at * float(table.get("filtered", 100)) / 100
        # Only a hash join does not look at every pair.
        yield left if table.get("using_join_buffer") == "hash join" else looked_at


def _table(part: Node) -> Node | None:
    """The table under the buffers, sorts and conditions of one part of a join."""
    if "table_name" in part:
        return part
    inner = (_table(item) for item in part.values() if isinstance(item, dict))
    return next((table for table in inner if table is not None), None)


def _rows_of(table: Node) -> float | None:
    rows = table.get("rows_examined_per_scan", table.get("rows"))
    return None if rows is None else float(rows)

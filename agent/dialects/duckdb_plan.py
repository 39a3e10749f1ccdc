"""What DuckDB expects of a query, from its EXPLAIN (FORMAT json)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import prod
from typing import Any

Node = dict[str, Any]

# Joins that look at every pair of rows, whatever they are expected to leave.
PAIRING = ("CROSS_PRODUCT", "NESTED_LOOP_JOIN", "BLOCKWISE_NL_JOIN")


def largest_step(explained: str) -> float | None:
    """The rows of the largest step of a plan, None where no step tells."""
    return max((rows for root in json.loads(explained) for rows in _steps(root)), default=None)


def _steps(node: Node) -> Iterator[float]:
    if (rows := _made(node)) is not None:
        yield rows
    if node["name"] in PAIRING:
        yield prod(_made(child) or 1.0 for child in node["children"])
    for child in node["children"]:
        yield from _steps(child)


def _made(node: Node) -> float | None:
    """The rows that a step makes; where it does not tell, all that its children can make together."""
    told = node["extra_info"].get("Estimated Cardinality")
    if told is not None:
        return float(told)
    below = [rows for child in node["children"] if (rows := _made(child)) is not None]
    if not below:
        return None
    return prod(below) if node["name"] in PAIRING else sum(below)

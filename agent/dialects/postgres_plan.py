"""What PostgreSQL expects of a query, from its EXPLAIN (FORMAT JSON)."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from agent.records import Plan

Node = dict[str, Any]


def postgres_plan(explained: Any) -> Plan:
    """The plan of the one statement that was explained."""
    root: Node = explained[0]["Plan"]
    return Plan(rows=max(_rows(root)), cost=float(root["Total Cost"]))


def _rows(node: Node) -> Iterator[float]:
    """The rows of every step; of a nested loop, which may discard most of them, those that it looks at."""
    children: list[Node] = node.get("Plans", [])
    joined = [float(child["Plan Rows"]) for child in children if child["Parent Relationship"] in ("Outer", "Inner")]
    yield prod(joined) if node["Node Type"] == "Nested Loop" else float(node["Plan Rows"])
    for child in children:
        yield from _rows(child)

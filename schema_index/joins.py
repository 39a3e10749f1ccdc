"""How tables can be joined: a small Steiner tree over the foreign keys."""

from __future__ import annotations

import weakref
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from agent.records import Catalog

# Two declared steps cost more than one guess, and one declared step costs less.
_DECLARED, _INFERRED = 1.0, 1.5


@dataclass(frozen=True, slots=True)
class Join:
    """A step that attaches `right` to the tables before it, `left` among them.

    `fans_out` says that one row of `left` may meet many rows of `right`.
    """

    left: str
    left_columns: tuple[str, ...]
    right: str
    right_columns: tuple[str, ...]
    fans_out: bool
    inferred: bool


Graph = dict[str, dict[str, Join]]
# By identity: hashing a catalog would walk every column of it on every call.
_graphs: dict[int, Graph] = {}


def join_tables(catalog: Catalog, tables: Sequence[str]) -> tuple[Join, ...] | None:
    """The joins that connect the tables, beginning at the first; () for one table, None if not connected.

    Each join attaches one new table, which may be one that was not asked for. The tree is grown by the
    shortest-path heuristic of Takahashi and Matsuyama (1980): attach the nearest table that is missing, with
    all that lies on the way to it. Ties go to the table named first in the catalog.
    """
    wanted = [table.id for name in tables if (table := catalog.table(name))]
    if not wanted or len(wanted) < len(tables):
        return None
    graph = _graph(catalog)
    reached, missing = [wanted[0]], set(wanted[1:]) - {wanted[0]}
    joins: list[Join] = []
    while missing:
        path = _nearest(graph, reached, missing)
        if path is None:
            return None
        joins += path
        reached += [join.right for join in path]
        missing -= {join.right for join in path}
    return tuple(joins)


def _nearest(graph: Graph, reached: list[str], missing: set[str]) -> list[Join] | None:
    """The cheapest path from any reached table to any missing one (Dijkstra 1959)."""
    queue: list[tuple[float, int, str, list[Join]]] = [(0.0, n, name, []) for n, name in enumerate(reached)]
    pushed = len(queue)
    done: set[str] = set()
    while queue:
        cost, _, name, path = heappop(queue)
        if name in missing:
            return path
        if name in done:
            continue
        done.add(name)
        for other, join in graph.get(name, {}).items():
            if other not in done:
                pushed += 1
                heappush(queue, (cost + _cost(join), pushed, other, [*path, join]))
    return None


def _cost(join: Join) -> float:
    return _INFERRED if join.inferred else _DECLARED


def _graph(catalog: Catalog) -> Graph:
    graph = _graphs.get(id(catalog))
    if graph is None:
        graph = _graphs[id(catalog)] = _build(catalog)
        weakref.finalize(catalog, _graphs.pop, id(catalog), None)
    return graph


def _build(catalog: Catalog) -> Graph:
    """One edge a pair of tables and direction: a declared key beats an inferred one, then the first wins."""
    graph: Graph = defaultdict(dict)
    for table in catalog.tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.inferred):
            if key.target == table.id:
                continue
            one_to_one = set(key.columns) == set(table.primary_key)
            there = Join(table.id, key.columns, key.target, key.target_columns, False, key.inferred)
            back = Join(key.target, key.target_columns, table.id, key.columns, not one_to_one, key.inferred)
            for join in (there, back):
                known = graph[join.left].get(join.right)
                if known is None or (known.inferred and not join.inferred):
                    graph[join.left][join.right] = join
    return dict(graph)

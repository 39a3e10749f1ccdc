"""How tables can be joined: a small Steiner tree over the foreign keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush
from math import inf
from threading import Lock

from agent.records import Catalog, ForeignKey, Table
from agent.schema_index.per_catalog import per_catalog

# Two declared steps cost more than one guess, and one declared step costs less.
_DECLARED, _INFERRED = 1.0, 1.5
_COPY = 10.0
# Searches that are kept of a catalog.
KEPT = 8


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


# A key and the table that has it: a join is made of it where one is asked for.
Edge = tuple[Table, ForeignKey]
Graph = dict[str, dict[str, Edge]]


def join_tables(catalog: Catalog, tables: Sequence[str], within: float = inf) -> tuple[Join, ...] | None:
    """The joins that connect the tables, beginning at the first; () for one table, None if not connected.

    Each join attaches one new table, which may be one that was not asked for. The tree is grown by the
    shortest-path heuristic of Takahashi and Matsuyama (1980): attach the nearest table that is missing, with
    all that lies on the way to it. Ties go to the table named first in the catalog. A table whose way to the others
    costs more than `within`, where a declared join costs 1 and an inferred one 1.5, is not connected to them.
    """
    wanted = [table.id for name in tables if (table := catalog.table(name))]
    if not wanted or len(wanted) < len(tables):
        return None
    ways = _ways(catalog)
    reached, missing = [wanted[0]], set(wanted[1:]) - {wanted[0]}
    joins: list[Join] = []
    while missing:
        path = ways.spread(tuple(reached)).nearest(missing, within)
        if path is None:
            return None
        joins += path
        reached += [join.right for join in path]
        missing -= {join.right for join in path}
    return tuple(joins)


class _Spread:
    """The cheapest paths from some tables to all others (Dijkstra 1959), found as far as they have been asked for."""

    def __init__(self, graph: Graph, sources: Sequence[str]) -> None:
        self._graph = graph
        self._queue = [(0.0, n, name) for n, name in enumerate(sources)]
        self._pushed = len(sources)
        self._cheapest = dict.fromkeys(sources, 0.0)
        self._before: dict[str, str] = {}
        self._settled: dict[str, int] = {}
        self._turn = Lock()

    def nearest(self, missing: Collection[str], within: float) -> list[Join] | None:
        """The path to the nearest of the tables, or None where none leads to any at such a cost."""
        with self._turn:
            found = min(
                (name for name in missing if name in self._settled), key=self._settled.__getitem__, default=None
            )
            while found is None and self._queue and self._queue[0][0] <= within:
                name = self._settle()
                found = name if name in missing else None
            return self._path(found) if found and self._cheapest[found] <= within else None

    def _settle(self) -> str:
        cost, _, name = heappop(self._queue)
        if name in self._settled:
            return name
        self._settled[name] = len(self._settled)
        for other, (table, key) in self._graph.get(name, {}).items():
            step = _INFERRED if key.inferred else _DECLARED
            # A copy by date is no bridge between other tables.
            total = cost + step + (_COPY if table.shard_of and table.id == other else 0)
            if total < self._cheapest.get(other, inf):
                self._pushed += 1
                self._cheapest[other], self._before[other] = total, name
                heappush(self._queue, (total, self._pushed, other))
        return name

    def _path(self, name: str) -> list[Join]:
        joins: list[Join] = []
        while name in self._before:
            before = self._before[name]
            joins.append(_join(before, *self._graph[before][name]))
            name = before
        return joins[::-1]


def _join(left: str, table: Table, key: ForeignKey) -> Join:
    if left == table.id:
        return Join(left, key.columns, key.target, key.target_columns, False, key.inferred)
    keys = (table.primary_key, *table.unique)
    is_one_to_one = any(set(key.columns) == set(columns) for columns in keys)
    return Join(left, key.target_columns, table.id, key.columns, not is_one_to_one, key.inferred)


class _Ways:
    """The graph of a catalog, and the last searches in it: a drafter asks from one table to many others."""

    def __init__(self, catalog: Catalog) -> None:
        self.graph = _build(catalog)
        self.spread = lru_cache(maxsize=KEPT)(lambda sources: _Spread(self.graph, sources))


@per_catalog
def _ways(catalog: Catalog) -> _Ways:
    return _Ways(catalog)


def _build(catalog: Catalog) -> Graph:
    """One edge a pair of tables and direction: a declared key beats an inferred one, then the first wins."""
    graph: Graph = defaultdict(dict)
    for table in catalog.tables:
        name = table.id
        for key in table.foreign_keys:
            if key.target == name:
                continue
            there = graph[name]
            known = there.get(key.target)
            if known is None or (known[1].inferred and not key.inferred):
                there[key.target] = graph[key.target][name] = (table, key)
    return dict(graph)

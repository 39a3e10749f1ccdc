"""How tables are joined, remembered: the assembler asks for the same joins again and again."""

from __future__ import annotations

from collections.abc import Sequence

from agent.records import Catalog
from agent.schema_index.joins import Join, join_tables
from agent.schema_index.per_catalog import per_catalog

Path = tuple[Join, ...] | None
KEPT = 2000


def path_between(catalog: Catalog, *tables: str) -> Path:
    """The joins that connect the tables, the first being their root; None where nothing joins them."""
    known, wanted = _searches(catalog), tuple(dict.fromkeys(tables))
    if wanted in known:
        return known[wanted]
    if len(known) >= KEPT:
        known.clear()
    known[wanted] = path = join_tables(catalog, wanted)
    return path


@per_catalog
def _searches(catalog: Catalog) -> dict[tuple[str, ...], Path]:
    """What has been asked; a closure over the catalog would keep it alive."""
    return {}


def multiplies(catalog: Catalog, source: str, target: str) -> bool:
    """Whether one row of `source` may meet many rows of `target`."""
    if source == target:
        return False
    known = _multiplying(catalog)
    if (source, target) not in known:
        known[source, target] = any(join.fans_out for join in path_between(catalog, source, target) or ())
    return known[source, target]


@per_catalog
def _multiplying(catalog: Catalog) -> dict[tuple[str, str], bool]:
    """What has been asked of pairs of tables."""
    return {}


def siblings(path: Path, root: str) -> int:
    """How many joins lead from one row to others that only share what they belong to with it.

    A student and a course of the same department are siblings; a student and a course that was taken are not.
    """
    joined = path or ()
    upwards = {join.right for join in joined if not join.fans_out} - {root}
    return sum(join.fans_out and join.left in upwards for join in joined)


def detours(catalog: Catalog, root: str, tables: Sequence[str], most: int = 2) -> list[str]:
    """Tables next to the root by way of which the others are joined as closely or less as siblings, the best first."""
    path = path_between(catalog, root, *tables)
    asked = {root, *tables}
    if path is None or all(join.right in asked for join in path):
        return []
    known, found = {join.right for join in path}, []
    for bridge in _neighbours(catalog).get(root, ()):
        other = path_between(catalog, root, bridge, *tables) if bridge not in asked | known else None
        if other is None or bridge not in {join.left for join in other}:
            continue
        cost = (siblings(other, root), len(other))
        if cost[0] < siblings(path, root) or cost <= (siblings(path, root), len(path)):
            found.append((cost, bridge))
    return [bridge for _, bridge in sorted(found)[:most]]


@per_catalog
def _neighbours(catalog: Catalog) -> dict[str, list[str]]:
    """The tables that a key joins to each."""
    found: dict[str, list[str]] = {}
    for table in catalog.tables:
        for key in table.foreign_keys:
            if key.target != table.id:
                found.setdefault(table.id, []).append(key.target)
                found.setdefault(key.target, []).append(table.id)
    return {name: list(dict.fromkeys(others)) for name, others in found.items()}

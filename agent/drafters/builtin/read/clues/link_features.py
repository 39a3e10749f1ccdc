"""What speaks for a column that an item may name."""

from __future__ import annotations

from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.read.scene import Scene


def link_features(scene: Scene, place: int, link: ColumnLink, rank: int) -> tuple[tuple[str, float] | str, ...]:
    """What speaks for a link to a column: how it is named, and whether its table is named too, and where."""
    named = scene.tables.get(link.table.id)
    far = None if named is None else abs(named - place)
    where = "unnamed" if far is None else "same item" if far == 0 else "beside" if far <= 2 else "named"
    links = scene.items[place].columns if 0 <= place < len(scene.items) else ()
    best = max((other.score for other in links), default=link.score)
    kind = "key" if (link.column.name,) == link.table.primary_key else "pointer" if is_pointer(link) else "plain"
    return (
        ("link score", link.score),
        ("link behind", max(best - link.score, 0.0)),
        ("link company", link.company),
        f"link {link.how}",
        f"link table {where}",
        f"link beside {link.beside or 'unknown'}",
        f"link is {kind}",
        *((f"link rank {min(rank, 3)}",) if rank else ()),
    )


def is_pointer(link: ColumnLink) -> bool:
    """Whether a column points to another table."""
    return any(link.column.name in key.columns for key in link.table.foreign_keys)

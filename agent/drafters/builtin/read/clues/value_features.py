"""What speaks for a stored value at a place: how it is linked, what of its table is near, and what it is a value of."""

from __future__ import annotations

from agent.drafters.builtin.link.items import ValueLink
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import keys, label_columns

# Two values that a word joins are no more items apart.
_APART = 4


def value_features(scene: Scene, place: int, link: ValueLink, rank: int) -> tuple[tuple[str, float] | str, ...]:
    """The features of one of the values that an item may be, `rank` being its place among them."""
    named = scene.tables.get(link.table.id)
    where = "unnamed" if named is None else "beside" if abs(named - place) <= 3 else "named"
    columns = len({other.term for other in scene.items[place].values})
    around = (*range(max(place - 3, 0), place), *range(place + 1, min(place + 3, len(scene.items))))
    beside = any(column.term == link.term for near in around for column in scene.items[near].columns)
    label = link.column in label_columns(link.table, scene.lexicon)
    return (
        ("value score", link.score),
        f"value {link.how}",
        f"value table {'unnamed' if named is None else 'named'}",
        f"value table {where}",
        f"value of {min(columns, 3)} columns",
        f"value {'is what rows are called' if label else 'is a property'}",
        *(("value column beside",) if beside else ()),
        # "how many surgeries": what rows are called is counted rather than what else they have.
        *(
            (f"value counted {'as called' if label else 'as property'}",)
            if scene.is_any(place - 1, "agg count")
            else ()
        ),
        *(("value coordinated",) if _is_coordinated(scene, place, link) else ()),
        *((f"value rank {min(rank, 3)}",) if rank else ()),
        *(("value key",) if link.column.name in keys(link.table) else ()),
        f"value {link.column.kind}",
    )


def _is_coordinated(scene: Scene, place: int, link: ValueLink) -> bool:
    """Whether "and" joins it with another value of its column: "by phone as well as on the web"."""
    for other in range(max(place - _APART, 0), min(place + _APART + 1, len(scene.items))):
        between = range(min(place, other) + 1, max(place, other))
        alike = other != place and any(value.term == link.term for value in scene.items[other].values)
        if alike and any(scene.is_any(each, "conjunction") for each in between):
            return True
    return False
